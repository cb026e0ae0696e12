import { join } from 'node:path';
import { type Colour, colours, type Fleet } from '../../fleet/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import type { FleetOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { inventoryFiles } from '../synth-inventory.ts';

export interface SynthVerbOptions extends FleetOptions {
  /** Where to write. @default 'dist', or 'moved' of an inventory */
  readonly out?: string;
  /** Whether to write nothing, and only say what would change. @default false */
  readonly check?: boolean;
  /** Whether files go that the fleet does not make any more. @default false */
  readonly prune?: boolean;
  /** What a colour held, instead of what the fleet defines. @default - the fleet's own manifests */
  readonly inventory?: string;
  readonly history?: readonly string[];
}

type Charts = typeof import('../../../charts/index.ts');

interface Made {
  readonly files: Map<string, string>;
  readonly colours: readonly Colour[];
  /** Whether Argo CD is told of both colours. */
  readonly argo: boolean;
}

/** Everything that is to be there, by names relative to the output folder. All is made before anything is written. */
function made(fleet: Fleet, { inventory, history }: SynthVerbOptions, charts: Charts): Made {
  if (inventory !== undefined) {
    const given = { inventory, ...(history === undefined ? {} : { history }) };
    const { colour, files } = inventoryFiles(fleet, given, charts);
    return { files, colours: [colour], argo: false };
  }
  return { files: fleetFiles(fleet, charts), colours, argo: fleet.gitops !== undefined };
}

function fleetFiles(
  fleet: Fleet,
  { applicationSet, applicationSetFile, synthColour }: Charts,
): Map<string, string> {
  const files = new Map<string, string>();
  for (const colour of colours)
    for (const [name, text] of synthColour(fleet, colour)) files.set(join(colour, name), text);
  if (fleet.gitops !== undefined) files.set(applicationSetFile, applicationSet(fleet, fleet.gitops));
  return files;
}

/** `zeroshift synth`: writes the manifests of both colours, or what an inventory holds for the other colour; with `--check` only says what would change. */
export async function synthVerb(output: Output, options: SynthVerbOptions): Promise<number> {
  const { out = options.inventory === undefined ? 'dist' : 'moved' } = options;
  if (options.history !== undefined && options.inventory === undefined)
    throw withoutInventory(options.history);
  const [{ loadFleet }, charts] = await Promise.all([
    import('../../fleet/index.ts'),
    import('../../../charts/index.ts'),
  ]);
  if (out.trim() === '') throw noFolder(out, 'nothing was named');
  const fleet = await loadFleet(options.fleet, {
    onIgnored: (file) => output.say('services.ignored', { file }),
  });
  const { files, colours: written, argo } = made(fleet, options, charts);
  if (options.check) return check(output, out, files, charts);
  const { left, foreign } = await write(out, files, options.prune === true, charts);
  for (const name of left)
    if (options.prune) output.say('synth.pruned', { file: join(out, name) });
    else output.say('synth.changed', { file: join(out, name), change: 'left' });
  for (const name of foreign) output.say('synth.foreign', { file: join(out, name) });
  for (const colour of written) {
    const count = [...files.keys()].filter((name) => name.startsWith(join(colour, '/'))).length;
    output.say('synth.written', { colour, files: count, directory: join(out, colour) });
  }
  if (argo)
    output.say('synth.argo-cd', {
      applications: fleet.regions.length * colours.length,
      file: join(out, charts.applicationSetFile),
    });
  return exitCodes.done;
}

const withoutInventory = (said: readonly string[]): ZeroshiftError =>
  new ZeroshiftError('only of an inventory it is to be said what becomes of earlier revisions', {
    code: 'usage.history',
    source: 'user',
    problems: [{ where: '--history', value: said.join(' '), allowed: 'together with --inventory' }],
  });

const noFolder = (out: string, why: string, cause?: unknown): ZeroshiftError =>
  new ZeroshiftError(`the manifests cannot be written there: ${why}`, {
    code: 'synth.no-folder',
    source: 'user',
    problems: [{ where: '--out', value: out, allowed: 'a folder, or the name of one that can be made' }],
    action: 'name another folder with --out FOLDER, or leave it out',
    cause,
  });

async function write(
  out: string,
  files: ReadonlyMap<string, string>,
  prune: boolean,
  { writeManifests }: Charts,
) {
  try {
    return await writeManifests(out, files, { prune });
  } catch (cause) {
    const notFolder =
      cause instanceof Error && 'code' in cause && ['ENOTDIR', 'EEXIST'].includes(String(cause.code));
    throw notFolder ? noFolder(out, 'a file is in the way', cause) : cause;
  }
}

async function check(
  output: Output,
  out: string,
  files: ReadonlyMap<string, string>,
  { compareManifests, explainDifference }: Charts,
): Promise<number> {
  const difference = await compareManifests(out, files);
  const changes = await explainDifference(out, difference);
  for (const { file, change, text } of changes)
    output.say('synth.changed', { file: join(out, file), change, difference: text });
  for (const name of difference.foreign) output.say('synth.foreign', { file: join(out, name) });
  if (changes.length > 0) return exitCodes.changesPending;
  output.say('synth.unchanged', { directory: out });
  return exitCodes.done;
}
