import { once } from 'node:events';
import { manifestsIn, readEmbeddedYaml } from '../../manifests/index.ts';
import { exitCodes, type Problem, ZeroshiftError } from '../../messages/error.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';
import type { Finding, ValidationContext, Verdict } from '../../validation/index.ts';
import { manifestFiles } from '../manifest-files.ts';
import type { FleetOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { wantsColor } from '../paint.ts';
import { type Item, insecure, jsonLine, notJudged, verdictLines } from '../verdict-lines.ts';

export interface ValidateOptions extends FleetOptions {
  /** Files, folders, `-` for the standard input. */
  readonly file?: readonly string[];
  /** Unknown fields are refused. */
  readonly strict?: boolean;
  /** Every document by itself, as if no other were there. */
  readonly each?: boolean;
  /** The Knative release whose rules hold. @default - the newest that is known */
  readonly release?: string;
}

interface Streams {
  readonly stdin: AsyncIterable<Buffer | string>;
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** Told what is no verdict. */
  readonly stderr: NodeJS.WritableStream;
}

const isConfigMap = (object: unknown): boolean => {
  const { apiVersion, kind } = fieldsOf(object);
  return apiVersion === 'v1' && kind === 'ConfigMap';
};

/** Of a group that Knative's webhook does not see. What is no object, or says no group, is refused. */
const isOthers = (object: unknown): boolean => {
  const { apiVersion, kind } = fieldsOf(object);
  const named = [apiVersion, kind].every((text) => typeof text === 'string' && text !== '');
  return named && !String(apiVersion).startsWith('serving.knative.dev/');
};

const nameOf = (object: unknown): string => String(fieldsOf(fieldsOf(object).metadata).name ?? '');

interface ReadItems {
  readonly items: readonly Item[];
  /** What was asked for and holds no document. */
  readonly empty: readonly string[];
}

async function readItems(files: readonly string[], stdin: Streams['stdin']): Promise<ReadItems> {
  const items: Item[] = [];
  const empty = new Set(files);
  for await (const { file, asked, text, unreadable } of manifestFiles(files, stdin)) {
    const found: Item[] =
      unreadable === undefined
        ? [...manifestsIn(text)].map(({ value, ...place }) => ({ file, object: value, ...place }))
        : [{ file, object: undefined, unreadable, line: 1, lineOf: () => 1 }];
    if (found.length > 0) empty.delete(asked);
    items.push(...found);
  }
  return { items, empty: [...empty] };
}

/** Fields that nobody reads, which `--strict` refuses. */
const unknownCodes = ['field.unknown', 'config.unknown-key'];

function strictly({ errors, warnings }: Verdict): Verdict {
  const isUnknown = ({ code }: Finding): boolean => unknownCodes.includes(code);
  return {
    errors: [...errors, ...warnings.filter(isUnknown)],
    warnings: warnings.filter((found) => !isUnknown(found)),
  };
}

const merged = (verdicts: readonly Verdict[]): Verdict => {
  const all = (part: (verdict: Verdict) => readonly Finding[]): Finding[] => {
    const known = new Map(verdicts.flatMap(part).map((found) => [`${found.field}\n${found.message}`, found]));
    return [...known.values()];
  };
  return { errors: all(({ errors }) => errors), warnings: all(({ warnings }) => warnings) };
};

/** The contexts under which objects are judged: one, or one for each colour of a fleet. */
async function contextsOf(
  items: readonly Item[],
  options: ValidateOptions,
): Promise<readonly ValidationContext[]> {
  const { contextFrom } = await import('../../validation/index.ts');
  const given = options.each
    ? []
    : items.filter(({ object }) => isConfigMap(object)).map(({ object }) => object);
  const maps = given.map((map): [string, unknown] => [nameOf(map), fieldsOf(map).data]);
  const context = (settings: Fields, release: string | undefined): ValidationContext =>
    contextFrom(new Map([...Object.entries(settings), ...maps]), {
      readYaml: readEmbeddedYaml,
      ...(release === undefined ? {} : { release }),
    });
  if (options.fleet === undefined) return [context({}, options.release)];
  const [{ loadFleet, colours }, { servingSettings }] = await Promise.all([
    import('../../fleet/index.ts'),
    import('../../../charts/index.ts'),
  ]);
  const fleet = await loadFleet(options.fleet);
  return colours.map((colour) => {
    const { autoscaler, defaults, features } = servingSettings(fleet, colour);
    return context(
      { 'config-autoscaler': autoscaler, 'config-defaults': defaults, 'config-features': features },
      options.release ?? fleet.colours[colour].knative,
    );
  });
}

async function judgeOf(items: readonly Item[], options: ValidateOptions): Promise<(item: Item) => Verdict> {
  const { finding, isJudged, validateConfigMap, validateObject } = await import('../../validation/index.ts');
  const contexts = await contextsOf(items, options);
  const unseen: Verdict = {
    errors: [],
    warnings: [
      {
        ...finding('', notJudged, undefined, 'what Knative has a say in'),
        message: "not judged: only kinds of serving.knative.dev and Knative's own config maps are",
      },
    ],
  };
  const judge = ({ object, broken, unreadable }: Item): Verdict => {
    if (unreadable !== undefined) {
      const found = {
        ...finding('', 'file.unreadable', undefined, 'a file that can be read'),
        message: unreadable,
      };
      return { errors: [found], warnings: [] };
    }
    if (broken !== undefined) {
      const allowed = 'YAML';
      const found = {
        ...finding('', 'yaml.invalid', undefined, allowed),
        message: `line ${broken.line}: ${broken.message}`,
      };
      return { errors: [found], warnings: [] };
    }
    if (isConfigMap(object) ? !isJudged(nameOf(object)) : isOthers(object)) return unseen;
    if (!isConfigMap(object)) return merged(contexts.map((context) => validateObject(object, context)));
    const annotations = fieldsOf(fieldsOf(fieldsOf(object).metadata).annotations) as Readonly<
      Record<string, string>
    >;
    return validateConfigMap(nameOf(object), fieldsOf(object).data, {
      annotations,
      readYaml: readEmbeddedYaml,
    });
  };
  return (item) => (options.strict ? strictly(judge(item)) : judge(item));
}

/** A release that the rules here know, or the minor version of one. */
async function checkRelease(release: string): Promise<Problem[]> {
  // The room's door would load cdk8s.
  const { releaseVersions } = await import('../../../constructs/knative/releases/index.ts');
  const minors = releaseVersions.map((version) => version.split('.').slice(0, 2).join('.'));
  return [...releaseVersions, ...minors].includes(release)
    ? []
    : [{ where: '--release', value: release, allowed: `one of ${releaseVersions.join(', ')}` }];
}

async function checkOptions({ file = [], release }: ValidateOptions): Promise<readonly string[]> {
  const problems = release === undefined ? [] : await checkRelease(release);
  if (file.length === 0)
    problems.push({ where: '-f', allowed: 'at least one file, folder, or - for the standard input' });
  if (problems.length > 0)
    throw new ZeroshiftError('nothing can be judged like this', {
      code: 'validate.options',
      source: 'user',
      problems,
      action: 'say it again with what is allowed',
    });
  return file;
}

/**
 * Judges manifests as Knative's webhook would: one line for each document with `--json`, else what is wrong and a sum.
 * @returns 0 when all are accepted, else 1. @throws ZeroshiftError `file.unreadable`, `validate.options`
 */
export async function validate(
  options: ValidateOptions,
  { stdin, stdout, stderr }: Streams,
): Promise<number> {
  const { items, empty } = await readItems(await checkOptions(options), stdin);
  const judge = await judgeOf(items, options);
  const color = wantsColor(options.color, stdout, process.env);
  const counts = { refused: 0, insecure: 0, unseen: 0 };
  let text = '';
  const flush = async (most: number): Promise<void> => {
    if (text.length <= most) return;
    const room = stdout.write(text);
    text = '';
    if (!room) await once(stdout, 'drain');
  };
  for (const [index, item] of items.entries()) {
    const verdict = judge(item);
    if (verdict.errors.length > 0) counts.refused++;
    if (verdict.warnings.some(({ code }) => code === insecure)) counts.insecure++;
    if (verdict.warnings.some(({ code }) => code === notJudged)) counts.unseen++;
    const added = options.json ? [jsonLine(item, index, verdict)] : verdictLines(item, verdict, color);
    text += added.map((line) => `${line}\n`).join('');
    await flush(65_536);
  }
  if (!options.json) {
    const { refused, unseen } = counts;
    const others =
      unseen === 0
        ? ''
        : `, ${unseen} not judged (no kind of serving.knative.dev, no config map of Knative's)`;
    text += `${items.length} ${items.length === 1 ? 'document' : 'documents'}: ${items.length - refused - unseen} accepted, ${refused} refused${others}\n`;
    if (counts.insecure > 0)
      text += `${counts.insecure} with containers that Kubernetes leaves insecure where nothing is said; --json names the fields\n`;
  }
  await flush(0);
  for (const name of empty)
    stderr.write(`${name === '-' ? 'the standard input' : name}: no document, so nothing was judged\n`);
  return counts.refused === 0 ? exitCodes.done : exitCodes.error;
}

/** `zeroshift validate`. Its lines are its own: one a document, not events. */
export const validateVerb = (_output: Output, options: ValidateOptions): Promise<number> =>
  validate(options, { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr });
