import { once } from 'node:events';
import { createKubernetesCluster } from '../../clusters/index.ts';
import type { WorkloadRule } from '../../fleet/fleet.ts';
import { type Colour, colours, type RegionLocation } from '../../fleet/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { type InventoryEntry, takeInventory } from '../../migration/index.ts';
import { runsOf } from '../../migration/plan/runs.ts';
import { chosenRegions } from '../chosen-regions.ts';
import { type InventoryFormat, jsonLines, tableLines, yamlLines } from '../inventory-lines.ts';
import { liveFleet } from '../live-fleet.ts';
import { oneOf } from '../one-of.ts';
import type { LocatedOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { wantsColor } from '../paint.ts';

export interface InventoryOptions extends LocatedOptions {
  /** Must be given. */
  readonly colour?: string;
  readonly region?: string;
  /** @default - all but the system's */
  readonly namespace?: readonly string[];
  readonly selector?: string;
  readonly history?: boolean;
  /** `table`, `yaml` or `json`. @default 'table', or 'json' with `json` */
  readonly output?: string;
}

type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };

const formats = ['table', 'yaml', 'json'] as const;

/** Characters that are written at once. */
const chunk = 65_536;

/**
 * Writes what the clusters of a colour hold. Reads only.
 * @returns 0, or 1 when something could not be read. @throws ZeroshiftError `usage.…`, what an inventory throws
 */
export async function inventory(options: InventoryOptions, stdout: Stream): Promise<number> {
  const colour = oneOf(options.colour, colours, { code: 'usage.colour', where: '--colour', what: 'colour' });
  const asked = options.output ?? (options.json === true ? 'json' : 'table');
  const format = oneOf(asked, formats, { code: 'usage.output', where: '--output', what: 'output' });
  const { definition, locator } = await liveFleet(options);
  const rules = definition.migration?.workloads ?? [];
  const regions = chosenRegions(locator.regions, options.region);
  if (format === 'yaml' && regions.length > 1) throw severalRegions(regions);
  let exit: number = exitCodes.done;
  for (const region of regions) {
    const complete = await writeRegion(options, stdout, colour, region, format, rules);
    if (!complete) exit = exitCodes.error;
  }
  return exit;
}

async function writeRegion(
  { namespace, selector, history, color }: InventoryOptions,
  stdout: Stream,
  colour: Colour,
  { region, colours: locations }: RegionLocation,
  format: (typeof formats)[number],
  rules: readonly WorkloadRule[],
): Promise<boolean> {
  const { cluster } = locations[colour];
  const place = { colour, region, cluster: cluster.name };
  const lines: InventoryFormat = {
    json: () => jsonLines(place),
    yaml: () => yamlLines(place),
    table: () => tableLines(place, wantsColor(color, stdout, process.env)),
  }[format]();
  let text = '';
  const write = async (added: readonly string[], least: number): Promise<void> => {
    text += added.map((line) => `${line}\n`).join('');
    if (text.length <= least) return;
    const room = stdout.write(text);
    text = '';
    if (!room) await once(stdout, 'drain');
  };
  let complete = true;
  const entries = takeInventory(createKubernetesCluster(cluster), {
    ...(namespace === undefined ? {} : { namespaces: namespace }),
    ...(selector === undefined ? {} : { selector }),
    history: history === true,
  });
  for await (const entry of entries) {
    complete &&= entry.entry !== 'unread';
    await write(lines.entry(withWords(entry, rules)), chunk);
  }
  await write(lines.end(), 0);
  return complete;
}

/** With how often it may run, where the fleet or the object itself says what the cluster does not tell. */
function withWords(entry: InventoryEntry, rules: readonly WorkloadRule[]): InventoryEntry {
  if (entry.entry !== 'object' || entry.role !== 'undecided') return entry;
  const said = runsOf(entry, rules);
  return typeof said === 'string' ? { ...entry, role: said } : entry;
}

const severalRegions = (regions: readonly RegionLocation[]): ZeroshiftError =>
  new ZeroshiftError('the YAML of several clusters would be one heap', {
    code: 'usage.region',
    source: 'user',
    problems: [{ where: '--region', allowed: regions.map(({ region }) => region).join(' or ') }],
    action: 'name one region',
  });

/** `zeroshift inventory`. Its lines are its own: entries, not events. */
export const inventoryVerb = (_output: Output, options: InventoryOptions): Promise<number> =>
  inventory(options, process.stdout);
