import {
  type Decision,
  due,
  hold,
  milliseconds,
  pollInterval,
  resumeCommand,
  retry,
  rollbackCommand,
} from './decision.ts';
import type { CutoverPlan, RegionFacts } from './plan.ts';
import type { CutoverState, HandBack, Progress, RegionState } from './state.ts';

/** Between two looks at workloads that end: more than a CronJob's controller needs to hear that it is suspended. */
const lookInterval = 4 * pollInterval;
const longestInterval = 10_000;

/** The longer it has taken, the less often it is looked at: every look is a record. */
const intervalSince = (since: number, now: number): number =>
  Math.min(longestInterval, Math.max(lookInterval, (now - since) / 20));

/** Looks whether the singletons of a region can be handed over; undefined once nothing is in the way. */
export function fitness(
  plan: CutoverPlan,
  { region, singletons = [] }: RegionFacts,
  { done, unfit = [], enteredAt }: Progress,
  now: number,
): Decision | undefined {
  const last = done['read-singletons'];
  if (singletons.length === 0 || (last !== undefined && unfit.length === 0)) return undefined;
  if (last !== undefined && now > enteredAt + milliseconds(plan.policy.readyTimeout))
    return hold({
      code: 'cutover.read-singletons-timeout',
      text: `after ${plan.policy.readyTimeout} the singletons of ${region} still cannot be handed over: ${unfit.join('; ')}`,
      exit: 1,
    });
  return (
    due(last, now, `singletons: ${unfit.join('; ')}`) ?? {
      kind: 'do',
      command: { kind: 'read-singletons', region },
    }
  );
}

/** Hands the singletons of a region over; undefined when they run on the target. */
export function handOver(
  plan: CutoverPlan,
  facts: RegionFacts,
  there: RegionState,
  progress: Progress,
  now: number,
): Decision | undefined {
  const { region } = facts;
  if (there.handOver === 'over') return undefined;
  // What was announced may have been done: what it is now is not what it was before.
  const unfit = there.handOver === undefined ? fitness(plan, facts, progress, now) : undefined;
  if (unfit !== undefined) return unfit;
  const { enteredAt, done, waitingFor } = progress;
  const last = done['hand-over'];
  if (last !== undefined && now > enteredAt + milliseconds(plan.policy.drainTimeout))
    return hold({
      code: 'cutover.hand-over-timeout',
      text: `after ${plan.policy.drainTimeout} the singletons of ${region} are still not handed over to ${plan.to}: ${waitingFor.join('; ')}`,
      exit: 1,
      next: resumeCommand,
    });
  return (
    due(last, now, `singletons: ${waitingFor.join('; ')}`, intervalSince(enteredAt, now)) ?? {
      kind: 'do',
      command: { kind: 'hand-over', region, singletons: there.singletons ?? [] },
    }
  );
}

/** Whether singletons of a region may run on the target, or be stopped on the source, by our doing. */
export const isHandedOver = ({ handOver }: RegionState): boolean =>
  handOver === 'begun' || handOver === 'over';

/** Takes the singletons of a region back; undefined when they are what they were, or were never touched. */
export function handBack(
  plan: CutoverPlan,
  region: string,
  state: CutoverState,
  now: number,
): Decision | undefined {
  const there = state.regions[region];
  if (there === undefined || !isHandedOver(there)) return undefined;
  const way: HandBack = state.progress.back[region]?.handBack ?? { waitingFor: [] };
  const { since, lookedAt, waitingFor } = way;
  const again = retry(plan, way.trouble, now, rollbackCommand);
  if (again !== undefined) return again;
  if (since !== undefined && now > since + milliseconds(plan.policy.drainTimeout))
    return hold({
      code: 'cutover.hand-back-timeout',
      text: `after ${plan.policy.drainTimeout} the singletons of ${region} are still not handed back to ${plan.from}: ${waitingFor.join('; ')}`,
      exit: 1,
      next: rollbackCommand,
    });
  return (
    due(lookedAt, now, `singletons: ${waitingFor.join('; ')}`, intervalSince(since ?? now, now)) ?? {
      kind: 'do',
      command: { kind: 'hand-back', region, singletons: there.singletons ?? [] },
    }
  );
}
