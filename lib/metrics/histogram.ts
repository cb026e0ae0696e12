import { type GatewaySample, unbounded } from './metrics-port.ts';
import type { PrometheusSample } from './prometheus-text.ts';

type Latency = GatewaySample['latency'];

/** A histogram from its buckets; samples of several listeners with the same bound are added up. */
export function histogram(samples: readonly PrometheusSample[]): Latency {
  const byBound = new Map<number, number>();
  for (const { name, labels, value } of samples) {
    const le = labels.le === '+Inf' ? unbounded : Number(labels.le ?? NaN);
    if (Number.isNaN(le)) throw new Error(`${name} has a bound of ${labels.le}`);
    if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is ${value}`);
    byBound.set(le, (byBound.get(le) ?? 0) + value);
  }
  return [...byBound].map(([le, count]) => ({ le, count })).sort((a, b) => a.le - b.le);
}

/** Adds histograms of several gateways. @throws Error where their bounds differ or one has no end */
export function addHistograms(histograms: readonly Latency[]): Latency {
  const [first, ...others] = histograms.filter((buckets) => buckets.length > 0);
  if (first === undefined) return [];
  if (first.at(-1)?.le !== unbounded) throw new Error('a latency histogram has no +Inf bucket');
  return others.reduce((total, other) => {
    if (other.length !== total.length || other.some(({ le }, index) => le !== total[index]?.le))
      throw new Error('gateways have latency histograms with different bounds');
    return total.map(({ le, count }, index) => ({ le, count: count + (other[index]?.count ?? 0) }));
  }, first);
}
