import { comparable, compareObjects, findLeft } from '../../drift/index.ts';
import { exitCodes } from '../../messages/error.ts';
import {
  type ColourCluster,
  type ColourOptions,
  type DriftColour,
  driftColour,
  sayLeft,
} from '../drift-colour.ts';
import { sayFailure } from '../failure.ts';
import type { Output } from '../output.ts';

/** Milliseconds between two words on how far it is. */
const progressInterval = 5_000;

/** `zeroshift diff`: what applying a colour's definition now would change on its clusters. Changes nothing. */
export async function diffVerb(output: Output, options: ColourOptions): Promise<number> {
  const drift = await driftColour(options);
  let exit: number = exitCodes.done;
  for (const there of drift.clusters) {
    const here = await compareRegion(output, drift, there).catch((error: unknown) => {
      // The other regions are looked at all the same.
      sayFailure(output, error);
      return exitCodes.error;
    });
    // An error outweighs changes: what was not seen is not known.
    exit = exit === exitCodes.error || here === exitCodes.error ? exitCodes.error : Math.max(exit, here);
  }
  return exit;
}

async function compareRegion(
  output: Output,
  { fleet, colour, wanted }: DriftColour,
  there: ColourCluster,
): Promise<number> {
  const { region, cluster, colours } = there;
  const discovered = await cluster.discover();
  const of = comparable(wanted).length;
  output.say('diff.comparing', { colour, region, cluster: colours[colour].cluster.name, objects: of });
  const sums = { unchanged: 0, created: 0, changed: 0, conflict: 0, refused: 0 };
  let compared = 0;
  let saidAt = Date.now();
  for await (const { change, ...drift } of compareObjects(cluster, discovered, wanted)) {
    sums[change]++;
    compared++;
    if (change === 'unchanged') output.say('diff.same', { colour, region, ...drift });
    else output.say('diff.object', { colour, region, ...drift, change });
    if (Date.now() - saidAt < progressInterval) continue;
    saidAt = Date.now();
    output.say('diff.progress', { colour, region, compared, of });
  }
  const { left, unlisted } = await findLeft(cluster, discovered, wanted, fleet.name);
  sayLeft(output, colour, there, { left, unlisted });
  output.say('diff.finished', { colour, region, ...sums, left: left.length });
  if (sums.refused > 0 || unlisted.length > 0) return exitCodes.error;
  const pending = sums.created + sums.changed + sums.conflict + left.length;
  return pending > 0 ? exitCodes.changesPending : exitCodes.done;
}
