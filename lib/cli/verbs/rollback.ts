import { cutoverFiles, dryRunRollback, newestPlan, rollbackCutover } from '../../cutover/index.ts';
import { exitCodes } from '../../messages/error.ts';
import { liveFleet, operate } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { sayDryRun } from '../say-dry-run.ts';

/** `zeroshift rollback`: goes back to the weights of the start, or asks the process that is at work to. */
export async function rollbackVerb(
  output: Output,
  options: LiveOptions & { readonly dryRun?: boolean },
): Promise<number> {
  const live = await liveFleet(options);
  const { plan } = await newestPlan(live.state, live.fleet.name);
  if (options.dryRun) {
    const { ports, state } = live;
    const dry = await dryRunRollback({ plan, ports, state, files: cutoverFiles(state, plan) });
    return sayDryRun(output, 'rollback', plan, dry);
  }
  let asked = false;
  const exit = await operate(output, live, plan, async (props) => {
    const result = await rollbackCutover(props);
    asked = result === undefined;
    return result;
  });
  if (asked) output.say('rollback.asked', { plan: plan.id, holder: 'the process that holds the lease' });
  // What was asked for is done: going back is here no failure.
  return exit === exitCodes.rolledBack ? exitCodes.done : exit;
}
