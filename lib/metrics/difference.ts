import { type GatewaySample, unbounded } from './metrics-port.ts';

/** What a colour's gateways did between two samples. */
export interface Difference {
  /** A gateway came, went or restarted, so nothing can be said: every number is 0 and every rate undefined. */
  readonly reset: boolean;
  /** Milliseconds between the samples. */
  readonly duration: number;
  /** New connections. */
  readonly flows: number;
  /** Requests answered. */
  readonly requests: number;
  /** Of these, with a status of 500 or more. */
  readonly errors: number;
  /** 0–1; undefined without a request. */
  readonly successRate: number | undefined;
  /** Milliseconds; undefined where the histogram did not grow (Envoy fills it some seconds after its counters). */
  readonly p50: number | undefined;
  readonly p95: number | undefined;
  readonly p99: number | undefined;
  /** The histogram of what came between; empty where it did not grow. */
  readonly latency: GatewaySample['latency'];
}

type Sample = Pick<
  GatewaySample,
  'at' | 'flows' | 'requests' | 'errors' | 'latency' | 'sources' | 'perSource'
>;

/** Compares two samples of the same gateways. */
export function difference(first: Sample, last: Sample): Difference {
  const duration = last.at - first.at;
  const buckets = restarted(first, last) ? undefined : grown(first.latency, last.latency);
  if (buckets === undefined)
    return {
      reset: true,
      duration,
      flows: 0,
      requests: 0,
      errors: 0,
      successRate: undefined,
      p50: undefined,
      p95: undefined,
      p99: undefined,
      latency: [],
    };
  const requests = last.requests - first.requests;
  const errors = last.errors - first.errors;
  return {
    reset: false,
    duration,
    flows: last.flows - first.flows,
    requests,
    errors,
    successRate: requests === 0 ? undefined : 1 - errors / requests,
    p50: quantile(buckets, 0.5),
    p95: quantile(buckets, 0.95),
    p99: quantile(buckets, 0.99),
    latency: buckets,
  };
}

type Counters = Pick<GatewaySample, 'flows' | 'requests' | 'errors'>;

const fell = (first: Counters, last: Counters): boolean =>
  last.flows < first.flows || last.requests < first.requests || last.errors < first.errors;

function restarted(first: Sample, last: Sample): boolean {
  const before = new Set(first.sources);
  if (before.size !== new Set(last.sources).size || last.sources.some((source) => !before.has(source)))
    return true;
  // One gateway's fall can hide behind the others' growth in the sum.
  return (
    fell(first, last) ||
    last.sources.some((source) => {
      const [then, now] = [first.perSource?.[source], last.perSource?.[source]];
      return then !== undefined && now !== undefined && fell(then, now);
    })
  );
}

type Latency = GatewaySample['latency'];

/** The histogram of what came between; undefined when it fell or has other bounds. */
function grown(first: Latency, last: Latency): Latency | undefined {
  // A gateway without requests may have no histogram yet.
  if (first.length === 0) return last;
  if (first.length !== last.length) return undefined;
  const between = last.map(({ le, count }, index) => ({ le, count: count - (first[index]?.count ?? 0) }));
  return between.some(({ le, count }, index) => count < 0 || le !== first[index]?.le) ? undefined : between;
}

/** How many requests a cumulative histogram holds, and how many of them were certainly slower than so many milliseconds. */
export function slowerThan(
  buckets: Latency,
  milliseconds: number,
): { readonly slower: number; readonly total: number } {
  const total = buckets.at(-1)?.count ?? 0;
  const within = buckets.find(({ le }) => le >= milliseconds)?.count ?? total;
  return { slower: total - within, total };
}

/**
 * A quantile (0–1) of a cumulative histogram, in milliseconds, on a straight line within its bucket. What lies above the last finite
 * bound is taken to be at that bound.
 */
export function quantile(buckets: Latency, wanted: number): number | undefined {
  const total = buckets.at(-1)?.count ?? 0;
  if (total === 0) return undefined;
  const rank = wanted * total;
  const index = buckets.findIndex(({ count }) => count >= rank && count > 0);
  const bucket = buckets[index];
  if (bucket === undefined) return undefined;
  const below = buckets[index - 1] ?? { le: 0, count: 0 };
  if (bucket.le >= unbounded) return below.le;
  const part = bucket.count === below.count ? 1 : (rank - below.count) / (bucket.count - below.count);
  return below.le + (bucket.le - below.le) * part;
}
