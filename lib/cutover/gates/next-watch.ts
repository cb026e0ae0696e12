import type { Colour } from '../../fleet/colour.ts';
import { quantile } from '../../metrics/difference.ts';
import type { RegionSample } from '../commands.ts';
import { milliseconds } from '../decision.ts';
import type { CutoverPlan, PlanPolicy } from '../plan.ts';
import type { Watch } from '../state.ts';
import { compared } from './compared.ts';
import { greatestRate } from './sequential.ts';
import { withRevisions } from './services.ts';
import { type Allowed, type Baseline, emptyTally, type Tally, withLook } from './tally.ts';

/** What the tallies of a plan are made with; plans of before do not say it. */
export const allowedOf = ({ gates }: PlanPolicy): Allowed => ({
  errorRatio: gates.maxErrorRatio ?? 2,
  latencyRatio: gates.maxLatencyRatio,
  latencyFloor: milliseconds(gates.latencyFloor),
  minSamples: gates.minSamples,
});

/**
 * A watch after one more sample.
 * @param windows how many windows the step has had in this region
 */
export function nextWatch(
  plan: CutoverPlan,
  watch: Watch | undefined,
  sample: RegionSample,
  at: number,
  baseline: Baseline,
  windows: number,
): Watch {
  const tested = plan.policy.gates.falseAlarm !== undefined;
  // A clock that was set back would stretch the watch: begin again.
  if (watch === undefined || at < watch.lastAt)
    return {
      since: at,
      first: sample,
      last: sample,
      lastAt: at,
      ...toldApart(sample, at),
      ...(tested ? { tally: emptyTally(windows + 1) } : {}),
    };
  const { from, to } = plan;
  const looks = compared({ from, to, first: watch.last, last: sample });
  const isReset = looks.source.reset || looks.target.reset;
  const looked = (tally: Tally | undefined): Tally | undefined => {
    if (tally === undefined) return undefined;
    const known = { ...lifetime(watch.first, from, plan.policy.gates.minSamples), ...baseline };
    const next = withLook(tally, looks, known, allowedOf(plan.policy));
    return next === tally ? next : withServices(plan, next, watch, sample);
  };
  const [tally, young] = [looked(watch.tally), looked(watch.young)];
  const longer: Watch = {
    ...(isReset ? withoutRevisions(watch) : watch),
    ...toldApart(sample, at),
    last: sample,
    lastAt: at,
    ...(tally === undefined ? {} : { tally }),
    ...(young === undefined ? {} : { young }),
  };
  if (at - (watch.middleAt ?? watch.since) < milliseconds(plan.policy.bake)) return longer;
  const next = tested ? { young: emptyTally(windows + 1) } : {};
  if (watch.middle === undefined) return { ...longer, middle: sample, middleAt: at, ...next };
  // Where little arrives the look gets longer instead: what is too few in one bake time may be enough in several.
  if (!isEnough(plan, watch.middle, sample, young) && !isLost(plan, watch.first, sample, tally))
    return longer;
  return {
    ...longer,
    first: watch.middle,
    middle: sample,
    middleAt: at,
    ...(young === undefined ? {} : { tally: young }),
    ...next,
  };
}

const toldApart = ({ revisions }: RegionSample, at: number): Partial<Watch> =>
  revisions === undefined ? {} : { revisions, revisionsAt: at };

/** What a gateway forgot cannot be compared with. */
const withoutRevisions = ({ revisions, revisionsAt, ...watch }: Watch): Watch => watch;

/** What came to revisions since they were last told apart. */
function withServices(
  { from, to, policy }: CutoverPlan,
  tally: Tally,
  { revisions: first }: Pick<Watch, 'revisions'>,
  { revisions: last }: RegionSample,
): Tally {
  if (first === undefined || last === undefined) return tally;
  const both = (one: typeof first) => ({ source: one[from], target: one[to] });
  const { errorRatio } = allowedOf(policy);
  return { ...tally, services: withRevisions(tally.services ?? {}, both(first), both(last), errorRatio) };
}

/** Whether what came after the middle can be judged without what came before. */
function isEnough(
  { from, to, policy }: CutoverPlan,
  middle: RegionSample,
  last: RegionSample,
  young?: Tally,
) {
  const { source, target } = young ?? compared({ from, to, first: middle, last });
  const { minSamples } = policy.gates;
  return target.requests >= minSamples && source.flows + target.flows >= minSamples;
}

/** Whether nothing can be said of the whole because a gateway forgot what it had counted; a tally leaves that look out. */
function isLost({ from, to }: CutoverPlan, first: RegionSample, last: RegionSample, tally?: Tally): boolean {
  if (tally !== undefined) return false;
  const { source, target } = compared({ from, to, first, last });
  return source.reset || target.reset;
}

/** What the source did since its gateways started, for where nothing later is known. */
export function lifetime({ colours }: RegionSample, from: Colour, minSamples: number): Baseline {
  const { requests, errors, latency } = colours[from];
  if (!(requests >= minSamples)) return {};
  const p99 = quantile(latency, 0.99);
  return {
    errorRate: greatestRate({ bad: errors, total: requests }),
    ...(p99 === undefined ? {} : { p99 }),
  };
}
