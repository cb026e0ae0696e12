import type { Colour } from '../fleet/colour.ts';
import type { ProbeResult } from '../metrics/metrics-port.ts';
import type { RegionSample } from './commands.ts';
import { balancers } from './gates/balancers.ts';
import { compared } from './gates/compared.ts';
import { health, probes } from './gates/entrance.ts';
import type { GateResult } from './gates/gate-result.ts';
import { allowedOf, lifetime } from './gates/next-watch.ts';
import { own } from './gates/own.ts';
import { services } from './gates/services.ts';
import { errors, latency, share, successRate } from './gates/statistics.ts';
import { type Baseline, type Tally, tallyOf } from './gates/tally.ts';
import type { PlanPolicy } from './plan.ts';

export { compared } from './gates/compared.ts';
export { type GateResult, type Verdict, verdictOf } from './gates/gate-result.ts';

/** What the gates look at: a watch's samples and what they came to, and the probes of the step. */
export interface Evidence {
  readonly region: string;
  readonly from: Colour;
  readonly to: Colour;
  /** The target's endpoint id. */
  readonly targetEndpoint: string;
  /** Percent of new flows that the target was given. */
  readonly share: number;
  readonly first: RegionSample;
  readonly last: RegionSample;
  /** @default - all between the two samples, as if it were one look */
  readonly tally?: Tally;
  /** @default - not probed yet */
  readonly probes?: readonly ProbeResult[];
  /** p99 of the source in milliseconds when it last had traffic. @default - never seen */
  readonly baseline?: number;
  /** The source's part of errors when it last had traffic, 0–1. @default - never seen */
  readonly baselineErrors?: number;
}

/**
 * Every gate of a step. No data is never a pass: too few samples are inconclusive.
 * @param alarm the chance of a false alarm that each test may have, 0–1
 */
export function judge(evidence: Evidence, policy: PlanPolicy, alarm: number): GateResult[] {
  const { region, from, to } = evidence;
  const baseline: Baseline = {
    // A plan of before knows nothing but what its steps have seen.
    ...(evidence.tally === undefined ? {} : lifetime(evidence.first, from, policy.gates.minSamples)),
    ...(evidence.baseline === undefined ? {} : { p99: evidence.baseline }),
    ...(evidence.baselineErrors === undefined ? {} : { errorRate: evidence.baselineErrors }),
  };
  const tally = evidence.tally ?? wholeOf(evidence, policy, baseline);
  const statistics = { region, from, to, tally, baseline, policy, alarm };
  const comparison = errors(statistics);
  return [
    successRate(statistics),
    ...(comparison === undefined ? [] : [comparison]),
    latency(statistics),
    ...(tally.services === undefined
      ? []
      : [services(region, to, tally.services, tally.window, policy, alarm)]),
    share(statistics, evidence.share),
    health(evidence, evidence.last.endpoints, evidence.targetEndpoint),
    ...ofBalancers(evidence, tally.window, policy, alarm),
    ...own(region, policy.gates.own ?? [], evidence.last.own),
    ...(evidence.probes === undefined ? [] : [probes(evidence, evidence.probes)]),
  ];
}

function ofBalancers(
  { region, from, to, first, last }: Evidence,
  window: number,
  { gates: { minSamples } }: PlanPolicy,
  alarm: number,
): GateResult[] {
  if (last.balancers === undefined) return [];
  const since = first.colours[to].at;
  return balancers(
    { region, from, to, since, window, alarm, minSamples },
    last.balancers[from],
    last.balancers[to],
  );
}

/** For plans of before, whose watches have no tallies. */
function wholeOf(evidence: Evidence, policy: PlanPolicy, baseline: Baseline): Tally {
  const { first, last, from, to } = evidence;
  const { source } = compared(evidence);
  const measured =
    source.p99 !== undefined && source.requests >= policy.gates.minSamples ? { p99: source.p99 } : {};
  return tallyOf(
    { source: first.colours[from], target: first.colours[to] },
    { source: last.colours[from], target: last.colours[to] },
    { ...baseline, ...measured },
    allowedOf(policy),
  );
}
