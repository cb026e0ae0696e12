import { finalizeCutover, newestPlan } from '../../cutover/index.ts';
import { liveFleet, operate } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';

/** `zeroshift finalize`: ends a completed cutover. */
export async function finalizeVerb(output: Output, options: LiveOptions): Promise<number> {
  const live = await liveFleet(options);
  const { plan } = await newestPlan(live.state, live.fleet.name);
  return operate(output, live, plan, finalizeCutover);
}
