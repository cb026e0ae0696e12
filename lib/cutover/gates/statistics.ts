import { quantile, slowerThan } from '../../metrics/difference.ts';
import { milliseconds } from '../decision.ts';
import type { PlanPolicy } from '../plan.ts';
import { type GateResult, percent } from './gate-result.ts';
import { againstLimit, chanceOf, wealth } from './sequential.ts';
import type { Baseline, Tally } from './tally.ts';

/** What the statistical gates look at. */
export interface Statistics {
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly tally: Tally;
  readonly baseline: Baseline;
  readonly policy: PlanPolicy;
  /** The chance of a false alarm that each gate may have. */
  readonly alarm: number;
}

/** Greatest chance with which a difference is still worth waiting for more. */
const suspicious = 0.1;

/** Does the target answer well often enough, whatever the source does? */
export function successRate({ region, to, tally, policy, alarm }: Statistics): GateResult {
  const limit = policy.gates.minSuccessRate;
  const { requests: total, errors: bad } = tally.target;
  const base = { gate: 'success-rate', region, limit, unit: 'ratio', samples: total } as const;
  if (total === 0)
    return { ...base, verdict: 'inconclusive', text: `${to} has answered nothing that could be counted` };
  const value = 1 - bad / total;
  const chance = chanceOf(wealth(againstLimit({ bad, total }, 1 - limit)), tally.window);
  const text = `${to} answered ${total} requests, ${percent(value)} of them well; at least ${percent(limit)} must be`;
  const measured = { ...base, value, numbers: { bad, chance, alarm, window: tally.window } };
  if (chance < alarm) return { ...measured, verdict: 'fail', text };
  if (!(total >= policy.gates.minSamples))
    return { ...measured, verdict: 'inconclusive', text: `${text}, of at least ${policy.gates.minSamples}` };
  // Between what may be and what cannot be chance more is needed to tell.
  return { ...measured, verdict: bad <= (1 - limit) * total ? 'pass' : 'inconclusive', text };
}

/** Does the target answer worse than the source does at the same time? Undefined where the source was never measured. */
export function errors(statistics: Statistics): GateResult | undefined {
  const { region, to, from, tally, baseline, policy, alarm } = statistics;
  const { maxErrorRatio, errorFloor, minSamples } = policy.gates;
  if (maxErrorRatio === undefined || errorFloor === undefined) return undefined;
  const { requests: total, errors: bad } = tally.target;
  const enough = tally.source.requests >= minSamples;
  const peer = enough ? tally.source.errors / tally.source.requests : baseline.errorRate;
  const limit = Math.max(errorFloor, (peer ?? 0) * maxErrorRatio);
  const base = { gate: 'errors', region, limit, unit: 'ratio', samples: total } as const;
  // Neither more than the floor nor more than the source, times the ratio, may be chance.
  const evidence = Math.min(wealth(tally.errors), wealth(againstLimit({ bad, total }, errorFloor)));
  const chance = chanceOf(evidence, tally.window);
  if (!(total >= minSamples) && !(chance < alarm))
    return { ...base, verdict: 'inconclusive', text: `${to} has answered too few requests to be compared` };
  const value = bad / total;
  const known = peer === undefined ? 'not known' : percent(peer);
  const text = `${percent(value)} of the answers of ${to} are errors, of ${from} ${enough ? '' : 'at most '}${known}${enough ? '' : ' before'}; up to ${percent(limit)} may be`;
  const numbers = {
    bad,
    sourceBad: tally.source.errors,
    sourceSamples: tally.source.requests,
    chance,
    alarm,
    window: tally.window,
  };
  const measured = { ...base, value, text, numbers };
  if (chance < alarm) return { ...measured, verdict: peer === undefined ? 'inconclusive' : 'fail' };
  // A few more than the source had are no difference yet.
  return {
    ...measured,
    verdict: value <= limit || (value > limit && chance > suspicious) ? 'pass' : 'inconclusive',
  };
}

/** Is the target slower than the source is at the same time? */
export function latency({ region, to, from, tally, baseline, policy, alarm }: Statistics): GateResult {
  const { minSamples, maxLatencyRatio } = policy.gates;
  const now = tally.source.requests >= minSamples ? quantile(tally.source.latency, 0.99) : undefined;
  // Without traffic the source cannot be compared at the same time: what it last showed stands in.
  const peer = now ?? baseline.p99;
  const limit = Math.max(milliseconds(policy.gates.latencyFloor), (peer ?? 0) * maxLatencyRatio);
  const { slower, total } = slowerThan(tally.target.latency, limit);
  const base = { gate: 'latency-p99', region, limit, unit: 'ms', samples: total } as const;
  const value = quantile(tally.target.latency, 0.99);
  if (value === undefined || !(total >= minSamples))
    return { ...base, verdict: 'inconclusive', text: `${to} has answered too few requests for a p99` };
  const text = `p99 of ${to} is ${value.toFixed(0)} ms, of ${from} ${peer === undefined ? 'not known' : `${peer.toFixed(0)} ms`}; ${slower} of ${total} took more than ${limit.toFixed(0)} ms, 1 in 100 may`;
  // More than 1 in 100 are slow, and more than of the source: only both together cannot be chance.
  const evidence = Math.min(wealth(againstLimit(tally.slow, 0.01)), wealth(tally.slower));
  const chance = chanceOf(evidence, tally.window);
  const p50 = quantile(tally.target.latency, 0.5) ?? value;
  const p95 = quantile(tally.target.latency, 0.95) ?? value;
  const measured = {
    ...base,
    value,
    text,
    numbers: { p50, p95, slower, chance, alarm, window: tally.window },
  };
  // Slower than a limit that nobody has measured is no proof against the target.
  if (chance < alarm) return { ...measured, verdict: peer === undefined ? 'inconclusive' : 'fail' };
  return { ...measured, verdict: slower <= 0.01 * total ? 'pass' : 'inconclusive' };
}

/** Do the new flows that were asked for arrive? Told of requests as well, which flows that are older carry too. */
export function share({ region, to, tally, policy }: Statistics, asked: number): GateResult {
  const { source, target } = tally;
  const flows = source.flows + target.flows;
  const limit = policy.gates.shareTolerance;
  const base = { gate: 'share', region, limit, unit: 'points', samples: flows } as const;
  if (!(flows >= policy.gates.minSamples))
    return {
      ...base,
      verdict: 'inconclusive',
      text: 'too few new flows have arrived to measure the share',
    };
  const arrived = (target.flows / flows) * 100;
  const requests = source.requests + target.requests;
  const ofRequests = requests === 0 ? undefined : (target.requests / requests) * 100;
  const value = Math.abs(arrived - asked);
  return {
    ...base,
    value,
    // A share that does not arrive says that traffic goes another way: wait, then ask a person.
    verdict: value <= limit ? 'pass' : 'inconclusive',
    text: `${arrived.toFixed(1)} % of ${flows} new flows reached ${to}${ofRequests === undefined ? '' : `, and ${ofRequests.toFixed(1)} % of the requests`}; ${asked} % were asked for, ${limit} points off are allowed`,
    numbers: { flows: arrived, ...(ofRequests === undefined ? {} : { requests: ofRequests }), asked },
  };
}
