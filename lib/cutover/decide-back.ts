import { ours } from './accept-change.ts';
import { drain } from './decide-drain.ts';
import { endFollowing } from './decide-follow.ts';
import { handBack, isHandedOver } from './decide-hand-over.ts';
import { freeRegion } from './decide-nodes.ts';
import { type Decision, due, hold, milliseconds, retry, rollbackCommand } from './decision.ts';
import type { HoldReason } from './journal-event.ts';
import type { CutoverPlan, RegionFacts } from './plan.ts';
import { singletonText } from './singleton-text.ts';
import type { CutoverState, RegionState, WayBack } from './state.ts';
import { weightsCommand } from './weights-command.ts';

/** A part of the way back: undefined where a region is through with it. */
type Phase = (
  plan: CutoverPlan,
  facts: RegionFacts,
  state: CutoverState,
  now: number,
) => Decision | undefined;

/**
 * The way back: first every region's new flows, then what stays on the target, then the singletons, then what we set. A
 * region that cannot go on does not keep the others from it; the cutover holds once nothing else is left to do.
 */
export function decideBack(plan: CutoverPlan, state: CutoverState, now: number): Decision {
  // The region that was being shifted is the likeliest to be in need.
  const first = plan.steps[state.step]?.region;
  const regions = [...plan.regions].sort((a, b) => Number(b.region === first) - Number(a.region === first));
  for (const phase of [regionBack, followingBack, lastLook, floorsBack, nodesBack]) {
    const next = regions.flatMap((facts) => phase(plan, facts, state, now) ?? []);
    if (next.length > 0) return mostUrgent(next, notHandedBack(plan, state));
  }
  return { kind: 'record', event: { type: 'ended', outcome: 'rolled-back' } };
}

const startedBack: WayBack = { confirmed: false, waitingFor: [] };

/**
 * What a region still needs on its way: its flows, then its singletons, because the last requests may leave work for
 * them. New flows that are back and a drain that cannot go on do not keep the singletons on the target.
 */
function regionBack(plan: CutoverPlan, facts: RegionFacts, state: CutoverState, now: number): Decision[] {
  const flows = flowsBack(plan, facts, state, now);
  const there = state.regions[facts.region];
  const stuck = flows?.kind === 'record' && flows.event.type === 'held';
  const away =
    there === undefined || there.announced !== undefined || differs(there, startWeights(facts, there));
  const singletons =
    flows === undefined || (stuck && !away) ? handBack(plan, facts.region, state, now) : undefined;
  return [flows, singletons].filter((decision) => decision !== undefined);
}

/** What whoever finds the cutover held must know of the singletons; undefined when they are where they were. */
function notHandedBack(plan: CutoverPlan, { regions }: CutoverState): string | undefined {
  const left = plan.regions.flatMap(({ region, singletons = [] }) => {
    const there = regions[region];
    return there !== undefined && isHandedOver(there)
      ? [`${singletons.map(singletonText).join(', ')} in ${region}`]
      : [];
  });
  return left.length === 0 ? undefined : `not handed back to ${plan.from} yet: ${left.join('; ')}`;
}

/** What a region's flows still need, or undefined when they are back and nothing is left on the target. */
function flowsBack(
  plan: CutoverPlan,
  facts: RegionFacts,
  state: CutoverState,
  now: number,
): Decision | undefined {
  const { region } = facts;
  const there = state.regions[region];
  if (there === undefined) return undefined;
  const way = state.progress.back[region] ?? startedBack;
  const again = retry(plan, way.trouble, now, rollbackCommand);
  if (again !== undefined) return again;
  const weights = startWeights(facts, there);
  // A rollback does not wait for a change that is under way.
  if (there.announced !== undefined || differs(there, weights))
    return { kind: 'do', command: weightsCommand(region, weights, there, 'back') };
  if (!there.deployed) return deployedBack(plan, region, there, way, state.progress.enteredAt, now);
  // Who adopted a change that the target takes part in wants it to.
  const isEmpty = (weights[facts.entrances[plan.to]] ?? 0) === 0;
  if (!there.shifted || there.drained.includes(plan.to) || !isEmpty) return undefined;
  const { drainingSince: since, drainedAt: last, waitingFor } = way;
  const draining = { since, last, waitingFor, again: there.redrains };
  return drain(plan, region, plan.to, draining, now, rollbackCommand);
}

/** What was written late meanwhile, by us or by somebody else, must not be called rolled back. */
function lastLook(
  plan: CutoverPlan,
  { region }: RegionFacts,
  { regions, progress }: CutoverState,
  now: number,
): Decision | undefined {
  const there = regions[region];
  const way = progress.back[region] ?? startedBack;
  if (there === undefined || way.confirmed) return undefined;
  return retry(plan, way.trouble, now, rollbackCommand) ?? look(region, there);
}

function deployedBack(
  plan: CutoverPlan,
  region: string,
  there: RegionState,
  way: WayBack,
  enteredAt: number,
  now: number,
): Decision {
  if (now > Math.max(way.writtenAt ?? 0, enteredAt) + milliseconds(plan.policy.deployTimeout))
    return hold({
      code: 'cutover.deploy-timeout',
      text: `the way back was written in ${region}, but the accelerator is not DEPLOYED after ${plan.policy.deployTimeout}`,
      next: rollbackCommand,
      exit: 1,
    });
  return due(way.lookedAt, now, 'the accelerator to be DEPLOYED') ?? look(region, there);
}

const look = (region: string, { endpoints }: RegionState): Decision => ({
  kind: 'do',
  command: { kind: 'deployment-status', region, expected: endpoints },
});

/** Once its flows are back the target may be what it is. */
const followingBack: Phase = (plan, { region }, state, now) =>
  nextOf(plan, region, state, now, (there) => endFollowing(region, there));

const floorsBack: Phase = (plan, { region }, state, now) =>
  nextOf(plan, region, state, now, ({ floors = [] }) =>
    floors.length === 0 ? undefined : { kind: 'do', command: { kind: 'clear-floors', region, floors } },
  );

const nodesBack: Phase = (plan, { region }, state, now) =>
  nextOf(plan, region, state, now, (there) => freeRegion(region, there));

/** What of a phase is next in a region; one that failed waits for its time. */
function nextOf(
  plan: CutoverPlan,
  region: string,
  { regions, progress }: CutoverState,
  now: number,
  find: (there: RegionState) => Decision | undefined,
): Decision | undefined {
  const there = regions[region];
  const next = there && find(there);
  return next && (retry(plan, progress.back[region]?.trouble, now, rollbackCommand) ?? next);
}

/** Weights before everything else that can be done, then the shortest wait, and a hold only when nothing else is left. */
function mostUrgent(decisions: readonly Decision[], left: string | undefined): Decision {
  const commands = decisions.filter((decision) => decision.kind === 'do');
  const command = commands.find(({ command }) => command.kind === 'set-weights') ?? commands[0];
  if (command !== undefined) return command;
  const [wait] = decisions.filter((decision) => decision.kind === 'wait').sort((a, b) => a.until - b.until);
  if (wait !== undefined) return wait;
  const reasons = decisions.flatMap((decision): HoldReason[] =>
    decision.kind === 'record' && decision.event.type === 'held' ? [decision.event.reason] : [],
  );
  return hold({
    code: reasons[0]?.code ?? 'cutover.held',
    text: [...reasons.map(({ text }) => text), ...(left === undefined ? [] : [left])].join('; '),
    next: rollbackCommand,
    exit: 1,
  });
}

/** The weights of our endpoints when the cutover began, or when a change of somebody else was adopted last. */
const startWeights = (facts: RegionFacts, { start }: RegionState): Readonly<Record<string, number>> =>
  start ?? ours(facts, facts.endpoints);

const differs = (region: RegionState, weights: Readonly<Record<string, number>>): boolean =>
  region.endpoints.some(({ id, weight }) => weights[id] !== undefined && weights[id] !== weight);
