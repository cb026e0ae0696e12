import { endpointDifferences } from '../traffic/endpoint-difference.ts';
import { catchUp } from './decide-follow.ts';
import { mend } from './decide-mend.ts';
import { freeNodes } from './decide-nodes.ts';
import { type Decision, due, finalizeCommand, hold, milliseconds } from './decision.ts';
import { acceptHint, foreignChangeText } from './foreign-change.ts';
import { compared } from './gates.ts';
import { type CutoverPlan, regionOf } from './plan.ts';
import type { CutoverState, RegionState, Watch } from './state.ts';
import { watchInterval } from './watch.ts';

/** The end of the way back: the source is shown to be empty, then the floors are given up. */
export function decideFinalize(plan: CutoverPlan, state: CutoverState, now: number): Decision {
  const mending = mend(plan, state, now);
  if (mending !== undefined) return mending;
  // What changes on the source after this is not meant for the target any more.
  for (const { region } of plan.regions) {
    const there = state.regions[region];
    const next = there && catchUp(plan, region, there, state, now);
    if (next !== undefined) return next;
  }
  for (const { region } of plan.regions) {
    const there = state.regions[region];
    const next = there && quiet(plan, there, state.progress.watches[region], region, now);
    if (next !== undefined) return next;
  }
  for (const { region } of plan.regions) {
    const floors = state.regions[region]?.floors ?? [];
    if (floors.length > 0) return { kind: 'do', command: { kind: 'clear-floors', region, floors } };
  }
  return freeNodes(plan, state) ?? { kind: 'record', event: { type: 'ended', outcome: 'finalized' } };
}

/** What a region still needs to show that the source is empty, or undefined when it has shown it. */
function quiet(
  plan: CutoverPlan,
  there: RegionState,
  watch: Watch | undefined,
  region: string,
  now: number,
): Decision | undefined {
  const length = milliseconds(plan.policy.drainQuiet);
  if (watch === undefined) return { kind: 'do', command: { kind: 'sample', region, revisions: false } };
  const foreign = endpointDifferences(there.endpoints, watch.last.endpoints);
  if (foreign.length > 0)
    return hold({
      code: 'cutover.foreign-change',
      text: `${foreignChangeText(regionOf(plan, region), foreign)}\n    ${acceptHint}`,
      next: finalizeCommand,
      exit: 1,
    });
  const { source } = compared({ from: plan.from, to: plan.to, first: watch.first, last: watch.last });
  const open = watch.last.colours[plan.from].openFlows;
  if (source.reset)
    return hold({
      code: 'cutover.source-restarted',
      text: `the gateways of ${plan.from} in ${region} restarted while they were watched, so nothing can be said of them`,
      next: finalizeCommand,
      exit: 4,
    });
  if (source.requests > 0 || open > 0)
    return hold({
      code: 'cutover.source-not-empty',
      text: `${plan.from} still has traffic in ${region}: ${source.requests} requests in ${Math.round((watch.lastAt - watch.since) / 1000)} s, ${open} open flows; go on once its callers have gone`,
      next: finalizeCommand,
      exit: 4,
    });
  if (watch.lastAt >= watch.since + length) return undefined;
  return (
    due(
      watch.lastAt,
      now,
      `${plan.from} to be quiet for ${plan.policy.drainQuiet}`,
      watchInterval(length),
    ) ?? {
      kind: 'do',
      command: { kind: 'sample', region, revisions: false },
    }
  );
}
