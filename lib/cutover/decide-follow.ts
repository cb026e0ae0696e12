import { type Decision, due, finalizeCommand, hold, milliseconds, pollInterval } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import type { CutoverState, Following, Progress, RegionState } from './state.ts';

/** Between two looks at a target that is behind: every look is a record. */
const lookInterval = 4 * pollInterval;
/** Between two looks while nothing rests on them: who asks for the status, hours after the last share, is to hear of now. */
const idleInterval = 60_000;

/**
 * Begins to follow each region whose migration is done, and again in a process that goes on with it, and looks now and
 * then how far it is; undefined where neither is due, or nobody can.
 */
export function keepFollowing(plan: CutoverPlan, state: CutoverState, now: number): Decision | undefined {
  // Plans of before do not know of it.
  if (plan.policy.maxLag === undefined) return undefined;
  const migrated = plan.steps.slice(0, Math.max(0, state.step)).filter(({ kind }) => kind === 'migrate');
  const next = migrated.find(({ region }) => state.regions[region]?.following === undefined);
  if (next !== undefined) return { kind: 'do', command: { kind: 'follow', region: next.region } };
  const unseen = migrated.find(({ region }) => isUnseen(state.regions[region]?.following, now));
  return unseen && { kind: 'do', command: { kind: 'follow-status', region: unseen.region } };
}

const isUnseen = (following: Following | undefined, now: number): boolean =>
  following?.is === 'on' && due(following.seenAt ?? following.since, now, '', idleInterval) === undefined;

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
  if (seen.level)
    return seen.open.length === 0
      ? undefined
      : hold({
          code: 'cutover.follow-conflict',
          text: `${plan.to} in ${region} cannot be made equal to ${plan.from}: ${seen.open.join('; ')}`,
          exit: 1,
        });
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

/**
 * Before the way back is given up: what was said on the source while no process was at work comes over as well, and what
 * cannot is told once, to be settled or left; undefined when the following of the region is over.
 */
export function catchUp(
  plan: CutoverPlan,
  region: string,
  there: RegionState,
  { progress, conceded = [] }: CutoverState,
  now: number,
): Decision | undefined {
  if (plan.policy.maxLag === undefined) return endFollowing(region, there);
  if (there.following === undefined) return { kind: 'do', command: { kind: 'follow', region } };
  const next = awaitLevel(plan, region, there, progress, now);
  if (next?.kind !== 'record' || next.event.type !== 'held') return next ?? endFollowing(region, there);
  const { reason } = next.event;
  const isOpen = reason.code === 'cutover.follow-conflict';
  const text = isOpen
    ? `${reason.text}; make both say the same, or leave it so by \`${finalizeCommand}\` once more`
    : reason.text;
  return isOpen && conceded.includes(text)
    ? endFollowing(region, there)
    : hold({ ...reason, text, next: finalizeCommand });
}

/** Ends the following of a region; undefined where it is over. */
export const endFollowing = (region: string, { following }: RegionState): Decision | undefined =>
  following?.is === 'on' ? { kind: 'do', command: { kind: 'end-follow', region } } : undefined;
