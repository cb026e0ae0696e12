import {
  type CutoverPlan,
  checkFacts,
  cutoverFiles,
  cutoverStatus,
  loadPlan,
  newestPlan,
} from '../../cutover/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { planText } from '../../runbook/index.ts';
import { liveFleet } from '../live-fleet.ts';
import { ofFleet } from '../of-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { print } from '../print.ts';
import { printable } from '../printable.ts';

/** `zeroshift show [PLAN]`: a plan as a person reads it, stale or not, and what has changed since. */
export async function showVerb(output: Output, options: LiveOptions, file?: string): Promise<number> {
  const { fleet, ports, state } = await liveFleet(options);
  const plan = ofFleet(
    file === undefined ? (await newestPlan(state, fleet.name)).plan : await loadPlan(file),
    fleet,
  );
  if (options.json === true) output.say('plan.shown', { plan });
  else await print(`${printable(planText(plan).join('\n'))}\n`);
  if (await hasBegun(state, plan)) return exitCodes.done;
  const why = await checkFacts(plan, ports).then(
    () => null,
    (error: unknown) => {
      if (ZeroshiftError.is(error)) return error;
      throw error;
    },
  );
  const stale = why?.code === 'plan.stale';
  output.say('plan.facts', {
    plan: plan.id,
    hold: why === null ? true : stale ? false : null,
    why: why === null ? null : why.message,
  });
  return exitCodes.done;
}

/** What it rests on was so when it began. */
async function hasBegun(state: string, plan: CutoverPlan): Promise<boolean> {
  const { records } = await cutoverStatus(state, plan, cutoverFiles(state, plan));
  return records.length > 0;
}
