import { cutoverFiles, dryRunFinalize, finalizeCutover, newestPlan } from '../../cutover/index.ts';
import { liveFleet, operate } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { sayDryRun } from '../say-dry-run.ts';

/** `zeroshift finalize`: ends a completed cutover. */
export async function finalizeVerb(
  output: Output,
  options: LiveOptions & { readonly dryRun?: boolean },
): Promise<number> {
  const live = await liveFleet(options);
  const { plan } = await newestPlan(live.state, live.fleet.name);
  if (options.dryRun) {
    const { ports, state } = live;
    const dry = await dryRunFinalize({ plan, ports, state, files: cutoverFiles(state, plan) });
    return sayDryRun(output, 'finalize', plan, dry);
  }
  return operate(output, live, plan, finalizeCutover);
}
