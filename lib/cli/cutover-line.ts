import { resumeCommand } from '../cutover/decision.ts';
import { type Actor, type CutoverPlan, type CutoverState, singletonText } from '../cutover/index.ts';
import type { EventData } from '../messages/index.ts';

const nextOf: Readonly<Record<string, string | null>> = {
  new: 'zeroshift cutover',
  forward: resumeCommand,
  completed: 'zeroshift finalize, or zeroshift rollback',
  'rolling-back': 'zeroshift rollback',
  'rolled-back': null,
  finalizing: 'zeroshift finalize',
  finalized: null,
};

/** A cutover as its journal tells it: the same words, whoever asks and however often. */
export function cutoverLine(
  plan: CutoverPlan,
  state: CutoverState,
  holder: Actor | undefined,
): EventData<'status.cutover'> {
  const { status, paused, awaiting, progress } = state;
  const following = followingOf(plan, state);
  return {
    plan: plan.id,
    status,
    step: status === 'forward' ? (plan.steps[state.step]?.id ?? null) : null,
    held: state.held?.text ?? null,
    next: nextFor(state, holder),
    lease: holder === undefined ? null : `${holder.user} on ${holder.host}, process ${holder.pid}`,
    ...(paused === undefined ? {} : { paused: `${paused.user} on ${paused.host}` }),
    ...(awaiting === undefined ? {} : { awaiting }),
    ...(progress.promoted === true ? { promoted: true } : {}),
    ...(following.length === 0 ? {} : { following }),
    ...placedSingletons(plan, state),
  };
}

/** What a person can do now; null where there is nothing to do but wait. */
function nextFor(state: CutoverState, holder: Actor | undefined): string | null {
  if (state.paused !== undefined) return 'zeroshift resume, or zeroshift rollback';
  if (state.awaiting !== undefined && state.held === undefined)
    return 'zeroshift approve, or zeroshift rollback';
  return holder === undefined ? (state.held?.next ?? nextOf[state.status] ?? null) : null;
}

function followingOf({ regions }: CutoverPlan, state: CutoverState) {
  return regions.flatMap(({ region }) => {
    const { is, seen } = state.regions[region]?.following ?? {};
    if (is !== 'on' || seen === undefined) return [];
    return [{ region, level: seen.level, lagSeconds: Math.round(seen.lagMs / 1000), open: seen.open }];
  });
}

/** On which colour the singletons of a plan are. */
function placedSingletons(
  { regions, from, to }: CutoverPlan,
  state: CutoverState,
): Pick<EventData<'status.cutover'>, 'singletons'> {
  const placed = regions.flatMap(({ region, singletons = [] }) => {
    const handOver = state.regions[region]?.handOver;
    const on = handOver === 'begun' ? null : handOver === 'over' ? to : from;
    return singletons.length === 0 ? [] : [{ region, names: singletons.map(singletonText), on }];
  });
  return placed.length === 0 ? {} : { singletons: placed };
}
