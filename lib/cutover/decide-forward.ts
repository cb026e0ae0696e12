import type { Command } from './commands.ts';
import { drain } from './decide-drain.ts';
import { raiseFloors } from './decide-floors.ts';
import { keepFollowing } from './decide-follow.ts';
import { fitness, handOver } from './decide-hand-over.ts';
import { callHooks } from './decide-hooks.ts';
import { mend } from './decide-mend.ts';
import { freeNodes, holdNodes, holdRegion } from './decide-nodes.ts';
import { give } from './decide-shift.ts';
import { until } from './decide-until.ts';
import { type Watched, watch } from './decide-watch.ts';
import { type Decision, milliseconds, resumeCommand } from './decision.ts';
import { type CutoverPlan, regionOf, type Step } from './plan.ts';
import type { CutoverState, Progress, RegionState } from './state.ts';

/** The way to the target, step by step. */
export function decideForward(plan: CutoverPlan, state: CutoverState, now: number): Decision {
  const { paused, awaiting } = state;
  const step = plan.steps[state.step];
  if (paused !== undefined)
    return idle(plan, step, state, now, `\`zeroshift resume\`: ${paused.user} on ${paused.host} paused it`);
  const mending = mend(plan, state, now);
  if (mending !== undefined) return mending;
  const region = step && state.regions[step.region];
  if (awaiting === undefined && step !== undefined && region !== undefined) {
    const next =
      keepFollowing(plan, state, now) ??
      callHooks(plan, step, 'before', state.progress) ??
      holdNodes(step, state) ??
      inStep(plan, step, state, region, now) ??
      callHooks(plan, step, 'after', state.progress);
    if (next !== undefined) return next;
  }
  return enter(plan, step, state, now);
}

/** Goes into the next step, once somebody has approved it where that is asked for. */
function enter(plan: CutoverPlan, step: Step | undefined, state: CutoverState, now: number): Decision {
  const next = plan.steps[state.step + 1];
  if (next === undefined)
    // From now on nobody watches, for days perhaps.
    return freeNodes(plan, state) ?? { kind: 'record', event: { type: 'ended', outcome: 'completed' } };
  if (plan.approvals?.includes(next.id) === true && state.approved?.includes(next.id) !== true) {
    if (state.awaiting !== next.id)
      return { kind: 'record', event: { type: 'approval-awaited', step: next.id } };
    return (
      // What was brought over is kept equal meanwhile.
      keepFollowing(plan, state, now) ?? idle(plan, step, state, now, `\`zeroshift approve\` of ${next.id}`)
    );
  }
  return { kind: 'record', event: { type: 'step-entered', step: next.id } };
}

/** Milliseconds between two looks at nothing: mail is seen sooner than that. */
const idleInterval = 10_000;

/** Does nothing but watch what has traffic, for as long as it takes: a failing gate rolls back meanwhile too. */
function idle(
  plan: CutoverPlan,
  step: Step | undefined,
  { progress, regions }: CutoverState,
  now: number,
  reason: string,
): Decision {
  const watched = step && watchedIn(step, progress, regions);
  const next = watched && watch(plan, watched, progress, regions, now, Number.POSITIVE_INFINITY);
  if (next === undefined) return { kind: 'wait', until: now + idleInterval, reason };
  return next.kind === 'wait' ? { ...next, reason } : next;
}

/** What of a step can be watched now; undefined where its weights are not given, or not felt yet. */
function watchedIn(step: Step, { done }: Progress, regions: CutoverState['regions']): Watched | undefined {
  switch (step.kind) {
    case 'shift':
      return done['set-weights'] !== undefined && regions[step.region]?.deployed === true
        ? { id: step.id, regions: [step.region], share: step.share }
        : undefined;
    case 'drain':
    case 'hand-over':
    case 'bake':
    case 'hold':
      return whole(step);
    default:
      return undefined;
  }
}

/** All traffic of the step's regions, at the target. */
const whole = (step: {
  readonly id: string;
  readonly region: string;
  readonly regions?: readonly string[];
}): Watched => ({
  id: step.id,
  regions: step.regions ?? [step.region],
  share: 100,
});

/** What the step still needs, or undefined when it is through. */
function inStep(
  plan: CutoverPlan,
  step: Step,
  state: CutoverState,
  region: RegionState,
  now: number,
): Decision | undefined {
  const { progress, regions } = state;
  const { policy } = plan;
  switch (step.kind) {
    case 'preflight':
      return once(step.kind, step.region, progress) ?? holdRegion(step.region, region, progress);
    case 'migrate':
      return until(plan, { kind: 'migrate', region: step.region }, progress, now, 'revisions of the target');
    case 'verify':
      return (
        until(plan, { kind: 'verify', region: step.region }, progress, now, 'services of the target') ??
        // What would stop the hand-over is told before anything has moved.
        fitness(plan, regionOf(plan, step.region), progress, now)
      );
    case 'floors':
      return (
        once('read-floors', step.region, progress) ?? raiseFloors(plan, step.region, region, progress, now)
      );
    case 'shift': {
      const watched = { id: step.id, regions: [step.region], share: step.share };
      return (
        give(plan, step, progress, region, now) ??
        watch(plan, watched, progress, regions, now, milliseconds(policy.bake))
      );
    }
    case 'drain': {
      if (region.drained.includes(plan.from)) return undefined;
      const { enteredAt, done, waitingFor } = progress;
      const draining = { since: enteredAt, last: done.drain, waitingFor, again: 0 };
      return meanwhile(
        plan,
        step,
        state,
        now,
        drain(plan, step.region, plan.from, draining, now, resumeCommand),
      );
    }
    case 'hand-over': {
      const next = handOver(plan, regionOf(plan, step.region), region, progress, now);
      return next && meanwhile(plan, step, state, now, next);
    }
    case 'bake':
      return watch(plan, whole(step), progress, regions, now, milliseconds(policy.waveBake ?? policy.bake));
    case 'hold':
      return watch(plan, whole(step), progress, regions, now, milliseconds(policy.hold));
  }
}

/** The target has all traffic while a step waits for something else: a gate that fails then rolls back as well. */
function meanwhile(
  plan: CutoverPlan,
  step: Parameters<typeof whole>[0],
  { progress, regions }: CutoverState,
  now: number,
  next: Decision,
): Decision {
  if (next.kind !== 'wait') return next;
  const seen = watch(plan, whole(step), progress, regions, now, Number.POSITIVE_INFINITY);
  return seen === undefined || (seen.kind === 'wait' && seen.until > next.until) ? next : seen;
}

const once = (kind: 'preflight' | 'read-floors', region: string, progress: Progress): Decision | undefined =>
  progress.done[kind] === undefined ? { kind: 'do', command: { kind, region } satisfies Command } : undefined;
