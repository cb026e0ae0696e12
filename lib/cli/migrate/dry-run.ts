import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canonicalJson } from '../../cutover/canonical-json.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { type MigrationPlan, planLines, type RegionPlan, sumsOf } from '../../migration/plan/index.ts';
import { paint, wantsColor } from '../paint.ts';
import { printable } from '../printable.ts';
import { fileJson, fileLines } from './from-file.ts';
import type { MigrateOptions, Stream } from './options.ts';
import { planAll, type Scene, scopeOf } from './scene.ts';

/**
 * `zeroshift migrate --dry-run`: says what a migration would do. Reads only, but for the file that `out` names.
 * @returns 0 when nothing is pending, 3 when something is, 1 when something is refused, in conflict or not known
 */
export async function dryRun(scene: Scene, options: MigrateOptions, stdout: Stream): Promise<number> {
  if (options.out !== undefined) await refuseNoFile(options.out);
  const plan = await planAll(scene, scopeOf(options));
  if (options.out !== undefined) await write(options.out, plan);
  const lines = options.json === true ? jsonLines(scene, plan) : textLines(scene, plan, options, stdout);
  stdout.write(lines.map((line) => `${line}\n`).join(''));
  return exitOf(plan.regions);
}

function exitOf(regions: readonly RegionPlan[]): number {
  const { create, update, conflict, refusal } = sumsOf(regions);
  if (conflict + refusal > 0 || regions.some(({ unread }) => unread.length > 0)) return exitCodes.error;
  return create + update > 0 ? exitCodes.changesPending : exitCodes.done;
}

/** Whole or not at all. @throws ZeroshiftError `migrate.no-file` */
async function write(file: string, plan: MigrationPlan): Promise<void> {
  const written = `${file}.${process.pid}`;
  try {
    await writeFile(written, `${JSON.stringify(JSON.parse(canonicalJson(plan)), null, 2)}\n`);
    await rename(written, file);
  } catch (cause) {
    await rm(written, { force: true });
    throw noFile(file, 'nothing can be written there', cause);
  }
}

/** Before clusters are asked for what could not be kept. @throws ZeroshiftError `migrate.no-file` */
async function refuseNoFile(file: string): Promise<void> {
  if ((await stat(file).catch(() => undefined))?.isDirectory()) throw noFile(file, 'it is a folder');
  const folder = await stat(dirname(file)).catch(() => undefined);
  if (folder?.isDirectory() !== true) throw noFile(file, 'there is no such folder');
}

const noFile = (file: string, why: string, cause?: unknown): ZeroshiftError =>
  new ZeroshiftError(`the plan cannot be written: ${why}`, {
    code: 'migrate.no-file',
    source: 'user',
    problems: [{ where: '--out', value: file, allowed: 'a file in a folder that is there' }],
    cause,
  });

/** One JSON object a line: each object of each region, what is not made, and the sums. Field names are a contract. */
function jsonLines({ file }: Scene, plan: MigrationPlan): string[] {
  const { from, to, regions, digest } = plan;
  return [
    ...(file === undefined ? [] : fileJson(file)).map((one) => canonicalJson(one)),
    ...regions.flatMap(({ region, objects, left, missing, settings, unread, unused, unasked = [] }) => {
      const said = (what: string, one: object): string => canonicalJson({ region, line: what, ...one });
      return [
        ...objects.map((one) => said('object', one)),
        ...left.map((one) => said('left', one)),
        ...missing.map((one) => said('missing', one)),
        ...settings.map((one) => said('setting', one)),
        ...unread.map((text) => said('unread', { text })),
        ...unused.map((text) => said('unused', { text })),
        ...unasked.map((text) => said('unasked', { text })),
      ];
    }),
    canonicalJson({ line: 'plan', from, to, digest, sums: sumsOf(regions) }),
  ];
}

const styles = { plain: 'info', title: 'bold', good: 'good', warn: 'warn', error: 'error' } as const;

function textLines(
  { file }: Scene,
  plan: MigrationPlan,
  { color, out }: MigrateOptions,
  stdout: Stream,
): string[] {
  const { from, to, regions, digest } = plan;
  const colored = wantsColor(color, stdout, process.env);
  const painted = ({ text, style }: { text: string; style: keyof typeof styles }): string =>
    paint(styles[style], printable(text), colored);
  return [
    ...(file === undefined ? [] : fileLines(file)).map(painted),
    ...regions.flatMap((region) => [
      ...planLines(
        region,
        `from ${file === undefined ? from : file.file.source} to ${to} in ${region.region}`,
      ).map(painted),
      '',
    ]),
    out === undefined ? `plan ${digest}` : `plan ${digest}, written to ${out}`,
  ];
}
