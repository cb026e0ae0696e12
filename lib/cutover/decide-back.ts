import { drain } from './decide-drain.ts';
import { type Decision, due, hold, milliseconds } from './decision.ts';
import { type CutoverPlan, type RegionFacts, regionOf } from './plan.ts';
import type { CutoverState, RegionState } from './state.ts';

/** The way back: first every region's new flows, then what stays on the target, then what we set. */
export function decideBack(plan: CutoverPlan, state: CutoverState, now: number): Decision {
  for (const { region } of plan.regions) {
    const there = state.regions[region];
    if (there === undefined) continue;
    const weights = startWeights(plan, regionOf(plan, region));
    // A rollback does not wait for a change that is under way.
    if (there.announced !== undefined || differs(there, weights))
      return {
        kind: 'do',
        command: {
          kind: 'set-weights',
          region,
          weights,
          expected: there.endpoints,
          ...(there.announced === undefined ? {} : { announced: there.announced }),
          direction: 'back',
        },
      };
  }
  for (const { region } of plan.regions)
    if (state.regions[region]?.deployed === false) {
      const { done, enteredAt } = state.progress;
      if (now > (done['set-weights'] ?? enteredAt) + milliseconds(plan.policy.deployTimeout))
        return hold({
          code: 'cutover.deploy-timeout',
          text: `the way back was written, but the accelerator is not DEPLOYED after ${plan.policy.deployTimeout}`,
          next: 'zeroshift rollback',
          exit: 1,
        });
      return (
        due(done['deployment-status'], now, 'the accelerator to be DEPLOYED') ?? {
          kind: 'do',
          command: { kind: 'deployment-status', region },
        }
      );
    }
  for (const { region } of plan.regions) {
    const there = state.regions[region];
    const next = there?.shifted ? drain(plan, region, plan.to, there, state.progress, now) : undefined;
    if (next !== undefined) return next;
  }
  for (const { region } of plan.regions) {
    const floors = state.regions[region]?.floors ?? [];
    if (floors.length > 0) return { kind: 'do', command: { kind: 'clear-floors', region, floors } };
  }
  return { kind: 'record', event: { type: 'ended', outcome: 'rolled-back' } };
}

/** The weights of our endpoints when the cutover began. */
export const startWeights = (plan: CutoverPlan, facts: RegionFacts): Record<string, number> =>
  Object.fromEntries(
    facts.endpoints
      .filter(({ id }) => id === facts.entrances[plan.from] || id === facts.entrances[plan.to])
      .map(({ id, weight }) => [id, weight]),
  );

const differs = (region: RegionState, weights: Readonly<Record<string, number>>): boolean =>
  region.endpoints.some(({ id, weight }) => weights[id] !== undefined && weights[id] !== weight);
