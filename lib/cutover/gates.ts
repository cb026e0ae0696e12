import type { Colour } from '../fleet/colour.ts';
import { Duration } from '../fleet/duration.ts';
import { type Difference, difference, slowerThan } from '../metrics/difference.ts';
import type { ProbeResult } from '../metrics/metrics-port.ts';
import { chanceOfAtLeast } from './chance.ts';
import type { RegionSample } from './commands.ts';
import type { PlanPolicy } from './plan.ts';

export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** A question that a step must answer, with the numbers behind the verdict. */
export interface GateResult {
  readonly gate: 'success-rate' | 'latency-p99' | 'share' | 'health' | 'probes';
  readonly region: string;
  readonly verdict: Verdict;
  /** As measured; undefined where nothing was. */
  readonly value?: number;
  readonly limit: number;
  readonly unit: 'ratio' | 'ms' | 'points' | 'count';
  /** How much the value rests on. */
  readonly samples: number;
  readonly text: string;
}

/** What the gates look at: two samples of the same watch, and the probes of the step. */
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
  /** @default - not probed yet */
  readonly probes?: readonly ProbeResult[];
  /** p99 of the source in milliseconds when it last had traffic. @default - never seen */
  readonly baseline?: number;
}

/** What both colours did between the two samples. */
export const compared = (evidence: Pick<Evidence, 'from' | 'to' | 'first' | 'last'>) => ({
  source: difference(evidence.first.colours[evidence.from], evidence.last.colours[evidence.from]),
  target: difference(evidence.first.colours[evidence.to], evidence.last.colours[evidence.to]),
});

/** Every gate of a step. No data is never a pass: too few samples are inconclusive. */
export function judge(evidence: Evidence, policy: PlanPolicy): GateResult[] {
  const { source, target } = compared(evidence);
  return [
    successRate(evidence, policy, target),
    latency(evidence, policy, source, target),
    share(evidence, policy, source, target),
    health(evidence),
    ...(evidence.probes === undefined ? [] : [probes(evidence, evidence.probes)]),
  ];
}

/** One verdict of many: a fail outweighs, then what is inconclusive. */
export const verdictOf = (gates: readonly GateResult[]): Verdict =>
  gates.some(({ verdict }) => verdict === 'fail')
    ? 'fail'
    : gates.length === 0 || gates.some(({ verdict }) => verdict === 'inconclusive')
      ? 'inconclusive'
      : 'pass';

const percent = (ratio: number): string => `${(ratio * 100).toFixed(2)} %`;

/** A finding counts against the target only if chance would make it less often than this. */
const falseAlarm = 0.001;

/** Pass as long as no more are bad than may be; fail once that many cannot be chance; between, more is needed to tell. */
function verdictOfCount(bad: number, total: number, allowed: number): Verdict {
  if (bad <= allowed * total) return 'pass';
  return chanceOfAtLeast(bad, total, allowed) < falseAlarm ? 'fail' : 'inconclusive';
}

function successRate({ region, to }: Evidence, policy: PlanPolicy, target: Difference): GateResult {
  const limit = policy.gates.minSuccessRate;
  const base = { gate: 'success-rate', region, limit, unit: 'ratio', samples: target.requests } as const;
  const value = target.successRate;
  if (target.reset || value === undefined)
    return { ...base, verdict: 'inconclusive', text: `${to} has answered nothing that could be counted` };
  const text = `${to} answered ${target.requests} requests, ${percent(value)} of them well; at least ${percent(limit)} must be`;
  const verdict = verdictOfCount(target.errors, target.requests, 1 - limit);
  const enough = verdict === 'fail' || target.requests >= policy.gates.minSamples;
  if (!enough)
    return {
      ...base,
      value,
      verdict: 'inconclusive',
      text: `${text}, of at least ${policy.gates.minSamples}`,
    };
  return { ...base, value, verdict, text };
}

function latency(
  { region, to, from, baseline }: Evidence,
  policy: PlanPolicy,
  source: Difference,
  target: Difference,
): GateResult {
  const floor = Duration.parse(policy.gates.latencyFloor).milliseconds;
  // Without traffic the source cannot be compared at the same time: what it last showed stands in.
  const peer = !source.reset && source.requests >= policy.gates.minSamples ? source.p99 : baseline;
  const limit = Math.max(floor, (peer ?? 0) * policy.gates.maxLatencyRatio);
  const { slower, total } = slowerThan(target.latency, limit);
  const base = { gate: 'latency-p99', region, limit, unit: 'ms', samples: total } as const;
  const value = target.p99;
  if (target.reset || value === undefined || total < policy.gates.minSamples)
    return { ...base, verdict: 'inconclusive', text: `${to} has answered too few requests for a p99` };
  const text = `p99 of ${to} is ${value.toFixed(0)} ms, of ${from} ${peer === undefined ? 'not known' : `${peer.toFixed(0)} ms`}; ${slower} of ${total} took more than ${limit.toFixed(0)} ms, 1 in 100 may`;
  const verdict = verdictOfCount(slower, total, 0.01);
  // Slower than a limit that nobody has measured is no proof against the target.
  return {
    ...base,
    value,
    verdict: verdict === 'fail' && peer === undefined ? 'inconclusive' : verdict,
    text,
  };
}

function share(evidence: Evidence, policy: PlanPolicy, source: Difference, target: Difference): GateResult {
  const flows = source.flows + target.flows;
  const limit = policy.gates.shareTolerance;
  const base = { gate: 'share', region: evidence.region, limit, unit: 'points', samples: flows } as const;
  if (source.reset || target.reset || flows < policy.gates.minSamples)
    return { ...base, verdict: 'inconclusive', text: 'too few new flows have arrived to measure the share' };
  const arrived = (target.flows / flows) * 100;
  const value = Math.abs(arrived - evidence.share);
  return {
    ...base,
    value,
    // A share that does not arrive says that traffic goes another way: wait, then ask a person.
    verdict: value <= limit ? 'pass' : 'inconclusive',
    text: `${arrived.toFixed(1)} % of ${flows} new flows reached ${evidence.to}, ${evidence.share} % were asked for; ${limit} points off are allowed`,
  };
}

function health({ region, to, targetEndpoint, last }: Evidence): GateResult {
  const endpoint = last.endpoints.find(({ id }) => id === targetEndpoint);
  const healthy = endpoint?.health === 'HEALTHY';
  return {
    gate: 'health',
    region,
    verdict: healthy ? 'pass' : endpoint?.health === 'UNHEALTHY' ? 'fail' : 'inconclusive',
    value: healthy ? 1 : 0,
    limit: 1,
    unit: 'count',
    samples: 1,
    text: `the entrance of ${to} is ${endpoint?.health ?? 'not in the group'}`,
  };
}

function probes({ region, to }: Evidence, results: readonly ProbeResult[]): GateResult {
  const failed = results.filter(({ ok }) => !ok);
  return {
    gate: 'probes',
    region,
    verdict: failed.length === 0 ? 'pass' : 'fail',
    value: failed.length,
    limit: 0,
    unit: 'count',
    samples: results.length,
    text:
      failed.length === 0
        ? `${results.length} probes of ${to} were answered`
        : `${failed.length} of ${results.length} probes of ${to} failed: ${failed.map(({ url, status, error }) => `${url} ${status ?? error ?? 'no answer'}`).join(', ')}`,
  };
}
