import type { Colour } from '../fleet/colour.ts';
import { type Decision, due, hold, milliseconds } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import type { Progress, RegionState } from './state.ts';

/** Empties a colour's gateways, or undefined when that is done. */
export function drain(
  plan: CutoverPlan,
  region: string,
  colour: Colour,
  state: RegionState,
  progress: Progress,
  now: number,
): Decision | undefined {
  if (state.drained.includes(colour)) return undefined;
  const last = progress.done.drain;
  if (last !== undefined && now > progress.enteredAt + milliseconds(plan.policy.drainTimeout))
    return hold({
      code: 'cutover.drain-timeout',
      text: `after ${plan.policy.drainTimeout} the gateways of ${colour} in ${region} are still draining: ${progress.waitingFor.join(', ')}`,
      exit: 1,
    });
  return (
    due(last, now, `gateways of ${colour} to drain: ${progress.waitingFor.join(', ')}`) ?? {
      kind: 'do',
      command: { kind: 'drain', region, colour, plan: plan.id },
    }
  );
}
