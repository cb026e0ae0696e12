import {
  acceptChange,
  loadPlan,
  newestPlan,
  resumeCutover,
  savePlan,
  startCutover,
} from '../../cutover/index.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import { liveFleet, operate } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';

/** `zeroshift cutover [PLAN]`: runs a plan, or goes on with one: with `--resume`, or over a foreign change. */
export async function cutoverVerb(
  output: Output,
  options: LiveOptions & {
    readonly resume?: boolean;
    readonly adopt?: boolean;
    readonly overwrite?: boolean;
  },
  file?: string,
): Promise<number> {
  const live = await liveFleet(options);
  const { fleet, state } = live;
  const plan = file === undefined ? (await newestPlan(state, fleet.name)).plan : await loadPlan(file);
  if (plan.fleet !== fleet.name)
    throw new ZeroshiftError('this plan is for another fleet', {
      code: 'plan.other-fleet',
      source: 'user',
      problems: [{ where: 'PLAN', value: plan.fleet, allowed: fleet.name }],
    });
  const accepts = options.adopt ? 'adopted' : options.overwrite ? 'overwritten' : undefined;
  if (accepts !== undefined) return operate(output, live, plan, (props) => acceptChange(props, accepts));
  if (options.resume) return operate(output, live, plan, resumeCutover);
  // A plan from elsewhere is kept beside its journal, so that later commands find it.
  if (file !== undefined) await savePlan(state, plan);
  return operate(output, live, plan, startCutover);
}
