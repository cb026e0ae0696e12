import { type Difference, difference, quantile, slowerThan } from '../../metrics/difference.ts';
import type { GatewaySample } from '../../metrics/metrics-port.ts';
import { againstLimit, againstPeer, type Count, type Evidence, joined, noEvidence } from './sequential.ts';
import type { ServiceTallies } from './services.ts';

type Latency = GatewaySample['latency'];

/** What a colour did in a window. */
export interface Counted {
  readonly flows: number;
  readonly requests: number;
  readonly errors: number;
  readonly latency: Latency;
}

/** What a window of a watch has come to, look by look. A look over which a gateway came, went or restarted is left out. */
export interface Tally {
  /** The how-manieth window of the step, from 1. */
  readonly window: number;
  /** How many looks count. */
  readonly looks: number;
  readonly source: Counted;
  readonly target: Counted;
  /** Against "no more errors than the source, times the ratio". */
  readonly errors: Evidence;
  /** Slow answers of the target, each look by the limit of its time. */
  readonly slow: Count;
  /** Against "no slower than the source, times the ratio". */
  readonly slower: Evidence;
  /** Milliseconds above which an answer counted as slow at the last look. @default - the source was never measured */
  readonly limit?: number;
  /** What came to revisions. @default - nothing tells them apart */
  readonly services?: ServiceTallies;
  /** p99 of the source that the limit comes from. @default - as `limit` */
  readonly peer?: number;
}

/** What is known of the source from before, for where it has too little traffic to be compared at the same time. */
export interface Baseline {
  /** Milliseconds. */
  readonly p99?: number;
  /** The greatest that it can have been by what was counted, 0–1. */
  readonly errorRate?: number;
}

/** What a tally needs to know of the policy. */
export interface Allowed {
  readonly errorRatio: number;
  readonly latencyRatio: number;
  /** Milliseconds. */
  readonly latencyFloor: number;
  readonly minSamples: number;
}

/** With less traffic than this part of the target's, the source cannot be compared with. */
const leastPart = 1 / 20;

const nothing: Counted = { flows: 0, requests: 0, errors: 0, latency: [] };

export const emptyTally = (window: number): Tally => ({
  window,
  looks: 0,
  source: nothing,
  target: nothing,
  errors: noEvidence,
  slow: { bad: 0, total: 0 },
  slower: noEvidence,
});

/** A tally after one more look. What decides how it is judged is known before it. */
export function withLook(
  before: Tally,
  { source, target }: { readonly source: Difference; readonly target: Difference },
  baseline: Baseline,
  allowed: Allowed,
): Tally {
  // What one of them forgot cannot be compared.
  if (source.reset || target.reset) return before;
  const alone = source.requests < target.requests * leastPart;
  const limit = limitOf(before, source, alone, baseline, allowed);
  const { slower: bad, total } = slowerThan(target.latency, limit?.at ?? Number.MAX_VALUE);
  const slow = { bad, total };
  const peerSlow =
    limit === undefined
      ? undefined
      : slowOf(source.latency, limit.at / allowed.latencyRatio, before.source.latency);
  return {
    window: before.window,
    looks: before.looks + 1,
    source: added(before.source, source),
    target: added(before.target, target),
    errors: joined(
      before.errors,
      againstSource(
        { bad: target.errors, total: target.requests },
        alone ? undefined : { bad: source.errors, total: source.requests },
        baseline.errorRate === undefined ? undefined : baseline.errorRate * allowed.errorRatio,
        allowed.errorRatio,
      ),
    ),
    // Slower than a limit that nobody has measured is no finding.
    slow:
      limit === undefined
        ? before.slow
        : { bad: before.slow.bad + slow.bad, total: before.slow.total + slow.total },
    slower:
      limit === undefined
        ? before.slower
        : joined(before.slower, againstSource(slow, alone ? undefined : peerSlow, 0.01, 1)),
    ...(limit === undefined ? {} : { limit: limit.at, peer: limit.peer }),
    ...(before.services === undefined ? {} : { services: before.services }),
  };
}

function againstSource(
  target: Count,
  source: Count | undefined,
  standIn: number | undefined,
  ratio: number,
): Evidence {
  if (source !== undefined) return againstPeer(target, source, ratio);
  return standIn === undefined ? noEvidence : againstLimit(target, standIn);
}

const added = (a: Counted, b: Difference): Counted => ({
  flows: a.flows + b.flows,
  requests: a.requests + b.requests,
  errors: a.errors + b.errors,
  latency: sum(a.latency, b.latency),
});

function sum(a: Latency, b: Latency): Latency {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  if (a.length !== b.length) return b;
  const both: { le: number; count: number }[] = [];
  for (const [index, { le, count }] of a.entries()) {
    const more = b[index];
    // Other bounds are another histogram: begin again with it.
    if (more?.le !== le) return b;
    both.push({ le, count: count + more.count });
  }
  return both;
}

/**
 * From when on an answer of the target is slow: a bound of the histogram near `ratio` times the source's p99 as it was known
 * before this look, so that a look cannot choose by what it saw.
 */
function limitOf(
  before: Tally,
  source: Difference,
  alone: boolean,
  baseline: Baseline,
  { latencyRatio, latencyFloor, minSamples }: Allowed,
): { readonly at: number; readonly peer: number } | undefined {
  const measured = (before.source.latency.at(-1)?.count ?? 0) >= minSamples;
  const peer = (measured ? quantile(before.source.latency, 0.99) : undefined) ?? baseline.p99;
  if (peer === undefined) return undefined;
  const wanted = peer * latencyRatio;
  const bounds = source.latency.length > 0 ? source.latency : before.source.latency;
  const at = alone ? undefined : boundNear(bounds, wanted);
  // Side by side a bound will do that is near; alone it must be one that is too slow for certain.
  return { at: at !== undefined && at >= latencyFloor ? at : Math.max(wanted, latencyFloor), peer };
}

/** The bound below, which holds more answers, unless it is much lower. */
function boundNear(bounds: Latency, wanted: number): number | undefined {
  const below = bounds.filter(({ le }) => le <= wanted).at(-1)?.le;
  return below !== undefined && below * 2 >= wanted ? below : bounds.find(({ le }) => le >= wanted)?.le;
}

/**
 * How many took longer. Of a bucket that the limit lies in, the part that was above it in what was known before: never fewer than
 * are above the bucket, so that colours that are the same never look different.
 */
function slowOf(latency: Latency, milliseconds: number, before: Latency): Count {
  const total = latency.at(-1)?.count ?? 0;
  const index = latency.findIndex(({ le }) => le >= milliseconds);
  const bucket = latency[index];
  if (bucket === undefined) return { bad: 0, total };
  const below = latency[index - 1] ?? { le: 0, count: 0 };
  const part = partAbove(
    { le: below.le, count: before[index - 1]?.count ?? 0 },
    { le: bucket.le, count: before[index]?.count ?? 0 },
    before.at(-1)?.count ?? 0,
    milliseconds,
  );
  return { bad: total - bucket.count + part * (bucket.count - below.count), total };
}

/** Which part of a bucket's answers took longer than so long (0–1), if what is slower grows rare by the same factor everywhere in it. */
function partAbove(
  lower: Latency[number],
  upper: Latency[number],
  total: number,
  milliseconds: number,
): number {
  const straight = Math.min(1, (upper.le - milliseconds) / (upper.le - lower.le));
  const [more, less] = [total - lower.count, Math.max(0.5, total - upper.count)];
  if (lower.le <= 0 || !(more > less)) return straight;
  const place = Math.log(milliseconds / lower.le) / Math.log(upper.le / lower.le);
  const above = more * (less / more) ** place;
  return Math.min(1, Math.max(0, (above - less) / (more - less)));
}

/** The whole window as one look: for a watch of which only its ends are known. */
export const tallyOf = (
  first: Readonly<Record<'source' | 'target', GatewaySample>>,
  last: Readonly<Record<'source' | 'target', GatewaySample>>,
  baseline: Baseline,
  allowed: Allowed,
): Tally =>
  withLook(
    emptyTally(1),
    { source: difference(first.source, last.source), target: difference(first.target, last.target) },
    baseline,
    allowed,
  );
