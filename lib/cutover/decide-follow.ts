import { type Decision, due, hold, milliseconds, pollInterval } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import type { CutoverState, Progress, RegionState } from './state.ts';

/** Between two looks at a target that is behind: every look is a record. */
const lookInterval = 4 * pollInterval;

/**
 * Begins to follow each region whose migration is done, and again in a process that goes on with it; undefined where all of
 * them are followed, or nobody can.
 */
export function keepFollowing(plan: CutoverPlan, state: CutoverState): Decision | undefined {
  // Plans of before do not know of it.
  if (plan.policy.maxLag === undefined) return undefined;
  const migrated = plan.steps.slice(0, Math.max(0, state.step)).filter(({ kind }) => kind === 'migrate');
  const next = migrated.find(({ region }) => state.regions[region]?.following === undefined);
  return next && { kind: 'do', command: { kind: 'follow', region: next.region } };
}

/** Waits until the target has what the source has, before it is given a share; undefined when it does. */
export function awaitLevel(
  plan: CutoverPlan,
  region: string,
  { following }: RegionState,
  { enteredAt }: Progress,
  now: number,
): Decision | undefined {
  const { maxLag, readyTimeout } = plan.policy;
  if (maxLag === undefined || following?.is !== 'on') return undefined;
  const { seen, seenAt = 0, since } = following;
  const look: Decision = { kind: 'do', command: { kind: 'follow-status', region } };
  // What was seen before this step says nothing of it.
  if (seen === undefined || seenAt < enteredAt) return look;
  if (seen.level && seen.open.length > 0)
    return hold({
      code: 'cutover.follow-conflict',
      text: `${plan.to} in ${region} cannot be made equal to ${plan.from}: ${seen.open.join('; ')}`,
      exit: 1,
    });
  if (seen.level) return undefined;
  const lacks = seen.behind.length === 0 ? 'changes' : seen.behind.join(', ');
  const waited = now - Math.max(enteredAt, since);
  const bound = milliseconds(maxLag);
  const patience = Math.max(bound, milliseconds(readyTimeout));
  // The first look at everything may take its time; what changes all the time is never level.
  if ((seen.begun && seen.lagMs > bound && waited > bound) || waited > patience)
    return hold({
      code: 'cutover.not-level',
      text: `${plan.to} in ${region} is ${Math.round(seen.lagMs / 1000)} s behind ${plan.from}, ${maxLag} are allowed; it lacks ${lacks}`,
      exit: 1,
    });
  return due(seenAt, now, `${plan.to} to have what ${plan.from} has: ${lacks}`, lookInterval) ?? look;
}

/** Ends the following of a region; undefined where it is over. */
export const endFollowing = (region: string, { following }: RegionState): Decision | undefined =>
  following?.is === 'on' ? { kind: 'do', command: { kind: 'end-follow', region } } : undefined;
