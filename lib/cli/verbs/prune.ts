import type { KubeObject } from '../../clusters/cluster-port.ts';
import {
  findLeft,
  type InUseProps,
  keptBecause,
  objectName,
  prune,
  refuseWhileInUse,
  whileUnused,
} from '../../drift/index.ts';
import { exitCodes } from '../../messages/error.ts';
import { type ConfirmStreams, canAsk, confirmed } from '../confirm.ts';
import {
  type ColourCluster,
  type ColourOptions,
  type DriftColour,
  driftColour,
  sayLeft,
} from '../drift-colour.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';

export interface PruneOptions extends ColourOptions, LiveOptions {
  /** Delete without asking. */
  readonly yes?: boolean;
}

interface Region {
  readonly there: ColourCluster;
  readonly left: readonly KubeObject[];
}

/** `zeroshift prune`: lists what left a colour's definition, and deletes it when that is asked for. */
export const pruneVerb = (output: Output, options: PruneOptions): Promise<number> =>
  pruneColour(output, options, { input: process.stdin, output: process.stdout });

/** @throws ZeroshiftError what stands in the way of deleting something of the colour, such as `prune.has-weight` */
export async function pruneColour(
  output: Output,
  options: PruneOptions,
  streams: ConfirmStreams,
): Promise<number> {
  const drift = await driftColour(options);
  const { colour, clusters } = drift;
  let complete = true;
  const regions: Region[] = [];
  for (const there of clusters) {
    const found = await findLeft(
      there.cluster,
      await there.cluster.discover(),
      drift.wanted,
      drift.fleet.name,
    );
    sayLeft(output, colour, there, found);
    complete &&= found.unlisted.length === 0;
    regions.push({ there, left: found.left });
  }
  // What was not listed cannot be told from what is not there.
  const best = complete ? exitCodes.done : exitCodes.error;
  const left = regions.flatMap((one) => one.left);
  if (left.length === 0) {
    if (complete) output.say('prune.nothing', { colour, regions: clusters.map(({ region }) => region) });
    return best;
  }
  const pending = (objects: number, next: string): number => {
    output.say('prune.pending', { colour, objects, next });
    return complete ? exitCodes.changesPending : exitCodes.error;
  };
  const going = left.filter((object) => keptBecause(object) === undefined);
  if (going.length === 0) return pending(left.length, 'they are deleted only by the commands above');
  const use = inUseProps(output, drift);
  if (options.yes !== true) {
    if (options.json === true || !canAsk(streams))
      return pending(left.length, 'nothing was deleted: `--yes` asks for it');
    await refuseWhileInUse(use);
    const question = `Delete ${going.length} of these ${left.length} objects from ${colour}?`;
    if (!(await confirmed(streams, question, colour))) return pending(left.length, 'nothing was deleted');
  }
  const sums = await whileUnused(use, (check) => deleteAll(output, drift, regions, check));
  if (sums.refused > 0) return exitCodes.error;
  const still = sums.changed + left.length - going.length;
  return still > 0 ? pending(still, 'see above why') : best;
}

async function deleteAll(
  output: Output,
  { colour }: DriftColour,
  regions: readonly Region[],
  check: () => Promise<void>,
): Promise<{ changed: number; refused: number }> {
  const sums = { changed: 0, refused: 0 };
  for (const { there, left } of regions)
    for await (const { object, outcome, message } of prune(there.cluster, left, check)) {
      const placed = { colour, region: there.region, ...objectName(object) };
      if (outcome === 'deleted' || outcome === 'gone') output.say('prune.deleted', placed);
      else {
        sums[outcome]++;
        const why = outcome === 'changed' ? 'it changed after it was listed' : (message ?? 'no reason given');
        output.say('prune.kept', { ...placed, why });
      }
    }
  return sums;
}

function inUseProps(output: Output, { fleet, colour, clusters, ports, state }: DriftColour): InUseProps {
  const quiet = fleet.cutover.drain.quiet.milliseconds;
  return {
    state,
    fleet: fleet.name,
    colour,
    regions: clusters.flatMap(({ region, endpointGroupArn, colours: locations, cluster }) => {
      const metrics = ports.regions[region]?.[colour].metrics;
      const { arn: entranceArn } = locations[colour].entrance;
      return metrics === undefined ? [] : [{ region, endpointGroupArn, entranceArn, cluster, metrics }];
    }),
    traffic: ports.traffic,
    clock: ports.clock,
    quiet,
    onWatch: () => output.say('prune.watching', { colour, seconds: Math.round(quiet / 1000) }),
  };
}
