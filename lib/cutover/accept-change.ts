import type { JournalEvent } from './journal-event.ts';
import { type CutoverPlan, type RegionFacts, regionOf } from './plan.ts';
import { type CutoverState, emptyProgress, type RegionState } from './state.ts';

type Weights = Readonly<Record<string, number>>;

/** What a person decided about changes of somebody else. */
type Accepted = Extract<JournalEvent, { type: 'adopted' | 'overwritten' }>;

/**
 * The state after somebody else's changes were accepted: groups are what was found, and on the way to the target the share that
 * was given last is given again. What was adopted is what a rollback goes back to. Pure.
 */
export function accepted(
  plan: CutoverPlan,
  before: CutoverState,
  { type, groups }: Accepted,
  at: number,
): CutoverState {
  const state: CutoverState = {
    ...before,
    progress: { ...emptyProgress(at), ...(before.progress.hooked && { hooked: before.progress.hooked }) },
    // Where all was done, it is watched again.
    ...(before.status === 'completed' ? { status: 'forward' as const } : {}),
  };
  const mend = [...(before.mend ?? [])];
  const regions = { ...state.regions };
  for (const { region, endpoints } of groups) {
    const there = regions[region];
    if (there === undefined) continue;
    const facts = regionOf(plan, region);
    const found = ours(facts, endpoints);
    const start = there.start ?? ours(facts, facts.endpoints);
    const { announced, ...rest } = there;
    regions[region] = {
      ...rest,
      endpoints,
      deployed: false,
      ...(type === 'adopted' ? { start: found } : {}),
      ...drainedAgain(plan, facts, there, found),
    };
    const wanted = lastGiven(plan, before, region) ?? (type === 'adopted' ? found : start);
    const forward = state.status === 'forward' || state.status === 'finalizing';
    if (forward && !sameWeights(wanted, found) && !mend.some((one) => one.region === region))
      mend.push({ region, weights: wanted });
  }
  return { ...state, regions, ...(mend.length === 0 ? {} : { mend }) };
}

/** Flows that the target was given by somebody else are drained once more on the way back. */
function drainedAgain(
  plan: CutoverPlan,
  { entrances }: RegionFacts,
  there: RegionState,
  found: Weights,
): Partial<RegionState> {
  if ((found[entrances[plan.to]] ?? 0) === 0) return {};
  if (!there.drained.includes(plan.to)) return { shifted: true };
  return {
    shifted: true,
    drained: there.drained.filter((colour) => colour !== plan.to),
    redrains: there.redrains + 1,
  };
}

/** The weights that a region was given last, as far as it is known; undefined where it was given none. */
function lastGiven(plan: CutoverPlan, { step, progress }: CutoverState, region: string): Weights | undefined {
  const given = plan.steps.filter(
    (one, index) =>
      one.kind === 'shift' &&
      one.region === region &&
      (index < step || (index === step && progress.done['set-weights'] !== undefined)),
  );
  const last = given.at(-1);
  return last?.kind === 'shift' ? last.weights : undefined;
}

/** The weights of our two endpoints in a group. */
export const ours = (
  { entrances }: Pick<RegionFacts, 'entrances'>,
  endpoints: RegionFacts['endpoints'],
): Weights =>
  Object.fromEntries(
    endpoints
      .filter(({ id }) => id === entrances.blue || id === entrances.green)
      .map(({ id, weight }) => [id, weight]),
  );

export const sameWeights = (a: Weights, b: Weights): boolean =>
  Object.keys({ ...a, ...b }).every((id) => a[id] === b[id]);
