import {
  acceptChange,
  cutoverFiles,
  dryRunCutover,
  loadPlan,
  newestPlan,
  resumeCutover,
  savePlan,
  startCutover,
} from '../../cutover/index.ts';
import { liveFleet, operate } from '../live-fleet.ts';
import { ofFleet } from '../of-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { sayDryRun } from '../say-dry-run.ts';

/** `zeroshift cutover [PLAN]`: runs a plan, or goes on with one: with `--resume`, or over a foreign change. */
export async function cutoverVerb(
  output: Output,
  options: LiveOptions & {
    readonly resume?: boolean;
    readonly adopt?: boolean;
    readonly overwrite?: boolean;
    readonly dryRun?: boolean;
  },
  file?: string,
): Promise<number> {
  const live = await liveFleet(options);
  const { fleet, state } = live;
  const plan = ofFleet(
    file === undefined ? (await newestPlan(state, fleet.name)).plan : await loadPlan(file),
    fleet,
  );
  const accepts = options.adopt ? 'adopted' : options.overwrite ? 'overwritten' : undefined;
  if (options.dryRun) {
    const kind = accepts ?? (options.resume ? 'resume' : 'start');
    const props = { plan, ports: live.ports, state, files: cutoverFiles(state, plan) };
    return sayDryRun(output, 'cutover', plan, await dryRunCutover(props, kind));
  }
  if (accepts !== undefined) return operate(output, live, plan, (props) => acceptChange(props, accepts));
  if (options.resume) return operate(output, live, plan, resumeCutover);
  // A plan from elsewhere is kept beside its journal, so that later commands find it.
  if (file !== undefined) await savePlan(state, plan);
  return operate(output, live, plan, startCutover);
}
