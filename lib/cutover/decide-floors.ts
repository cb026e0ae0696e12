import { type Decision, due, hold, milliseconds } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import { defaultPodsAtOnce, openFloors } from './raise-floors.ts';
import type { Progress, RegionState } from './state.ts';

/** Besides those whose pods are starting, so many floors are looked at with one command. */
const floorsAtOnce = 50;

/** Raises the floors of a region a few pods at a time; undefined when all have theirs. */
export function raiseFloors(
  plan: CutoverPlan,
  region: string,
  { floors, raised = {} }: RegionState,
  { done, waitingFor, enteredAt, movedAt }: Progress,
  now: number,
): Decision | undefined {
  const { podsAtOnce = defaultPodsAtOnce, readyTimeout } = plan.policy;
  // Each floor whose pods are starting has one of them at least, so they are all within this many.
  const open = openFloors(floors, raised, podsAtOnce + floorsAtOnce);
  if (open.length === 0) return undefined;
  const last = done['set-floors'];
  const since = Math.max(enteredAt, movedAt ?? 0);
  if (last !== undefined && waitingFor.length > 0 && now > since + milliseconds(readyTimeout))
    return hold({
      code: 'cutover.set-floors-timeout',
      text: `for ${readyTimeout} none of the pods became ready that the floors still wait for: ${waitingFor.join(', ')}`,
      exit: 1,
    });
  // Where nothing is starting there is room for the next ones at once.
  const wait =
    waitingFor.length === 0 ? undefined : due(last, now, `pods of the floors: ${waitingFor.join(', ')}`);
  return wait ?? { kind: 'do', command: { kind: 'set-floors', region, floors: open, podsAtOnce } };
}
