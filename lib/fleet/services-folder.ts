import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { filesBelow } from '../files/index.ts';
import { manifestsIn } from '../manifests/index.ts';
import { type Problem, ZeroshiftError } from '../messages/error.ts';
import { type FleetItem, itemKinds } from './fleet-items.ts';
import { importFailure } from './import-failure.ts';
import { importFile } from './import-file.ts';

/** What a file holds, or why it cannot be read. */
interface ReadFile {
  readonly items: readonly FleetItem[];
  readonly problems: readonly Problem[];
}

const isCode = (name: string): boolean => /\.[cm]?[jt]s$/.test(name) && !/\.d\.[cm]?ts$/.test(name);
const isText = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);
/** What lies beside services without being meant for one. */
const isExpected = (name: string): boolean => /\.d\.[cm]?ts$|\.(md|mdx|markdown)$|^readme(\.|$)/i.test(name);

const what = 'TypeScript, JavaScript, YAML or JSON files with services';

/**
 * Everything that the files below a folder hold, by the names of the files, whatever order the system has them in.
 * `fleetFile`: as it was asked for; the folder is relative to it, and places are told so that they can be found.
 * `onIgnored`: told each file that is taken for none.
 * @throws ZeroshiftError `services.not-found`, `services.empty`, `services.unreadable` with every file at once
 */
export async function readServices(
  fleetFile: string,
  folder: string,
  onIgnored: (file: string) => void = () => {},
): Promise<FleetItem[]> {
  const shown = isAbsolute(folder) ? folder : join(dirname(fleetFile), folder);
  const refuse = (code: string, message: string, problems: readonly Problem[], action: string): never => {
    throw new ZeroshiftError(message, { code, source: 'user', problems, action });
  };
  const found = await filesBelow(shown, (name) => !isExpected(name)).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (reason !== 'ENOENT' && reason !== 'ENOTDIR') throw cause;
    return refuse(
      'services.not-found',
      reason === 'ENOENT' ? 'there is no folder of services' : 'the services are in no folder',
      [{ where: 'services', value: folder, allowed: `a folder beside ${basename(fleetFile)}` }],
      `make the folder ${shown}, or list the services in the fleet itself`,
    );
  });
  // The folder may be the fleet's own.
  const others = found.filter((file) => resolve(file) !== resolve(fleetFile));
  const files = others.filter((file) => isCode(file) || isText(file));
  for (const file of others) if (!files.includes(file)) onIgnored(file);
  if (files.length === 0)
    refuse(
      'services.empty',
      'the folder of services holds none',
      [{ where: 'services', value: folder, allowed: `a folder with ${what}` }],
      `write the first one, such as ${join(shown, 'hello.yaml')}, or leave services out`,
    );
  const read: ReadFile[] = [];
  for (const file of files) read.push(isCode(file) ? await readCode(file) : await readText(file));
  const problems = read.flatMap((one) => one.problems);
  if (problems.length > 0)
    refuse(
      'services.unreadable',
      problems.length === 1 ? 'a file of services cannot be read' : 'files of services cannot be read',
      problems,
      'mend them; what is no service goes elsewhere, or gets a name that begins with a dot',
    );
  return read.flatMap(({ items }) => items);
}

async function readText(file: string): Promise<ReadFile> {
  const items: FleetItem[] = [];
  const problems: Problem[] = [];
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { reason } = await importFailure(resolve(file), file, cause);
    return { items, problems: [{ where: file, found: reason, allowed: 'a file that can be read' }] };
  }
  for (const { value, line, broken, lineOf } of manifestsIn(text))
    if (broken === undefined)
      items.push({
        value,
        source: `${file}:${line}`,
        placeOf: (field) => `${file}:${field === '' ? line : lineOf(field)}`,
      });
    else problems.push({ where: `${file}:${broken.line}`, found: broken.message, allowed: 'YAML' });
  if (items.length + problems.length === 0)
    problems.push({ where: file, found: 'no object', allowed: 'at least one Kubernetes object' });
  return { items, problems };
}

/** What the exports of a file are, the default one first and the others by name. */
async function readCode(file: string): Promise<ReadFile> {
  const path = resolve(file);
  const nothing = (problem: Problem): ReadFile => ({ items: [], problems: [problem] });
  try {
    const exported = await importFile(path);
    const names = Object.keys(exported).sort((a, b) => (a < b ? -1 : 1));
    const ordered = [
      ...names.filter((name) => name === 'default'),
      ...names.filter((name) => name !== 'default'),
    ];
    // The same thing under two names is one thing.
    const seen = new Set<unknown>();
    const items = ordered.flatMap((name) => itemsOf(exported[name], `${file}: ${name}`, seen));
    return items.length > 0
      ? { items, problems: [] }
      : nothing({
          where: file,
          found: names.length === 0 ? 'no export' : 'empty lists',
          allowed: `an export that is ${itemKinds}`,
        });
  } catch (cause) {
    const { place, reason } = await importFailure(path, file, cause);
    // What the constructs refuse says by itself what is wrong.
    if (ZeroshiftError.is(cause) && cause.problems.length > 0)
      return {
        items: [],
        problems: cause.problems.map((problem) => ({ ...problem, where: `${place} ${problem.where}` })),
      };
    const language = /ts$/.test(extname(file)) ? 'TypeScript' : 'JavaScript';
    return nothing({ where: place, found: reason, allowed: `${language} that loads and exports services` });
  }
}

function itemsOf(value: unknown, source: string, seen: Set<unknown>): FleetItem[] {
  if (Array.isArray(value)) return value.flatMap((one, index) => itemsOf(one, `${source}[${index}]`, seen));
  if (typeof value === 'object' && value !== null) {
    if (seen.has(value)) return [];
    seen.add(value);
  }
  return [{ value, source }];
}
