import type { Colour } from '../fleet/colour.ts';
import { type Decision, due, hold, milliseconds } from './decision.ts';
import type { CutoverPlan } from './plan.ts';

/** A drain that is under way. Times in milliseconds since the epoch. */
export interface Draining {
  /** @default - it has not begun */
  readonly since: number | undefined;
  /** @default - it was not looked at yet */
  readonly last: number | undefined;
  readonly waitingFor: readonly string[];
  /** How often the target was drained here before. */
  readonly again: number;
}

/** Empties a colour's gateways; asked until it waits for nothing. */
export function drain(
  plan: CutoverPlan,
  region: string,
  colour: Colour,
  { since, last, waitingFor, again }: Draining,
  now: number,
  next: string,
): Decision {
  if (since !== undefined && last !== undefined && now > since + milliseconds(plan.policy.drainTimeout))
    return hold({
      code: 'cutover.drain-timeout',
      text: `after ${plan.policy.drainTimeout} the gateways of ${colour} in ${region} are still draining: ${waitingFor.join(', ')}`,
      exit: 1,
      next,
    });
  return (
    due(last, now, `gateways of ${colour} to drain: ${waitingFor.join(', ')}`) ?? {
      kind: 'do',
      command: { kind: 'drain', region, colour, mark: again === 0 ? plan.id : `${plan.id}.${again}` },
    }
  );
}
