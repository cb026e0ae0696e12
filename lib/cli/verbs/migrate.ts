import { rename, writeFile } from 'node:fs/promises';
import { release } from '../../../constructs/knative/index.ts';
import { createKubernetesCluster } from '../../clusters/index.ts';
import { canonicalJson } from '../../cutover/canonical-json.ts';
import { colours, sibling } from '../../fleet/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import {
  type MigrationPlan,
  planLines,
  type RegionPlan,
  sealMigrationPlan,
  sumsOf,
  takeMigrationPlan,
} from '../../migration/plan/index.ts';
import { chosenRegions } from '../chosen-regions.ts';
import { liveFleet } from '../live-fleet.ts';
import { oneOf } from '../one-of.ts';
import type { LocatedOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { paint, wantsColor } from '../paint.ts';
import { printable } from '../printable.ts';

export interface MigrateOptions extends LocatedOptions {
  /** Must be given. */
  readonly to?: string;
  /** @default - the other colour */
  readonly from?: string;
  /** @default - every region of the locator */
  readonly region?: string;
  readonly dryRun?: boolean;
  /** The file that the plan is written to. @default - none */
  readonly out?: string;
  /** Kinds that are taken along though others deliver or make them. @default - none */
  readonly copyManaged?: readonly string[];
}

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/**
 * Plans a migration and says what it would do. Reads only, but for the file that `out` names.
 * @returns 0 when nothing is pending, 3 when something is, 1 when something is refused, in conflict or not known
 * @throws ZeroshiftError `migrate.not-yet`, `usage.…`, what a plan throws
 */
export async function migrate(options: MigrateOptions, stdout: Stream): Promise<number> {
  const to = oneOf(options.to, colours, { code: 'usage.colour', where: '--to', what: 'colour' });
  const from = oneOf(options.from ?? sibling(to), [sibling(to)], {
    code: 'usage.colour',
    where: '--from',
    what: 'colour to move from',
  });
  if (options.dryRun !== true) throw notYet(to);
  const { definition, locator } = await liveFleet(options);
  const { knative } = definition.colours[to];
  const { features } = release(knative, `colours.${to}.knative`);
  const { migration } = definition;
  const regions: RegionPlan[] = [];
  for (const { region, colours: locations } of chosenRegions(locator.regions, options.region))
    regions.push(
      await takeMigrationPlan({
        source: createKubernetesCluster(locations[from].cluster),
        target: createKubernetesCluster(locations[to].cluster),
        context: { from, to, region },
        release: { knative, features },
        ...(migration === undefined ? {} : { migration }),
        ...(options.copyManaged === undefined ? {} : { copyManaged: options.copyManaged }),
      }),
    );
  const plan = sealMigrationPlan({
    apiVersion: 'zeroshift/v1',
    kind: 'MigrationPlan',
    fleet: definition.name,
    from,
    to,
    regions,
  });
  if (options.out !== undefined) await write(options.out, plan);
  const lines = options.json === true ? jsonLines(plan) : textLines(plan, options, stdout);
  stdout.write(lines.map((line) => `${line}\n`).join(''));
  return exitOf(regions);
}

function exitOf(regions: readonly RegionPlan[]): number {
  const { create, update, conflict, refusal } = sumsOf(regions);
  if (conflict + refusal > 0 || regions.some(({ unread }) => unread.length > 0)) return exitCodes.error;
  return create + update > 0 ? exitCodes.changesPending : exitCodes.done;
}

/** Whole or not at all. */
async function write(file: string, plan: MigrationPlan): Promise<void> {
  const written = `${file}.${process.pid}`;
  await writeFile(written, `${JSON.stringify(JSON.parse(canonicalJson(plan)), null, 2)}\n`);
  await rename(written, file);
}

/** One JSON object a line: each object of each region, what is not made, and the sums. Field names are a contract. */
function jsonLines(plan: MigrationPlan): string[] {
  const { from, to, regions, digest } = plan;
  return [
    ...regions.flatMap(({ region, objects, left, missing, settings, unread, unused }) => {
      const said = (what: string, one: object): string => canonicalJson({ region, line: what, ...one });
      return [
        ...objects.map((one) => said('object', one)),
        ...left.map((one) => said('left', one)),
        ...missing.map((one) => said('missing', one)),
        ...settings.map((one) => said('setting', one)),
        ...unread.map((text) => said('unread', { text })),
        ...unused.map((text) => said('unused', { text })),
      ];
    }),
    canonicalJson({ line: 'plan', from, to, digest, sums: sumsOf(regions) }),
  ];
}

const styles = { plain: 'info', title: 'bold', good: 'good', warn: 'warn', error: 'error' } as const;

function textLines(plan: MigrationPlan, { color, out }: MigrateOptions, stdout: Stream): string[] {
  const { from, to, regions, digest } = plan;
  const colored = wantsColor(color, stdout, process.env);
  return [
    ...regions.flatMap((region) => [
      ...planLines(region, `from ${from} to ${to} in ${region.region}`).map(({ text, style }) =>
        paint(styles[style], printable(text), colored),
      ),
      '',
    ]),
    out === undefined ? `plan ${digest}` : `plan ${digest}, written to ${out}`,
  ];
}

const notYet = (to: string): ZeroshiftError =>
  new ZeroshiftError('a migration by itself can only be planned so far', {
    code: 'migrate.not-yet',
    source: 'user',
    problems: [{ where: '--dry-run', value: false, allowed: 'given: it shows what would be made' }],
    action: `to move services, make a plan with \`zeroshift plan --to ${to}\` and run \`zeroshift cutover\`, which recreates them first`,
  });

/** `zeroshift migrate`. Its lines are its own: the plan, not events. */
export const migrateVerb = (_output: Output, options: MigrateOptions): Promise<number> =>
  migrate(options, process.stdout);
