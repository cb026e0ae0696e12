import { describe, expect, it } from 'vitest';
import { difference, quantile, slowerThan } from '../../../lib/metrics/difference.ts';
import { type GatewaySample, unbounded } from '../../../lib/metrics/metrics-port.ts';

const latency = (...counts: number[]) =>
  [10, 20, 40, unbounded].map((le, index) => ({ le, count: counts[index] ?? 0 }));

const sample = (changes: Partial<GatewaySample> = {}): GatewaySample => ({
  at: 1000,
  flows: 100,
  openFlows: 5,
  requests: 1000,
  errors: 10,
  latency: latency(500, 900, 1000, 1000),
  sources: ['a', 'b'],
  ...changes,
});

const later = (changes: Partial<GatewaySample> = {}) =>
  sample({
    at: 6000,
    flows: 130,
    requests: 1200,
    errors: 12,
    latency: latency(600, 1090, 1200, 1200),
    ...changes,
  });

describe('difference', () => {
  it('counts what came between, with percentiles of that alone', () => {
    expect(difference(sample(), later({ sources: ['b', 'a'] }))).toEqual({
      reset: false,
      duration: 5000,
      flows: 30,
      requests: 200,
      errors: 2,
      successRate: 0.99,
      // Of 200: 100 up to 10, 190 up to 20, all up to 40.
      p50: 10,
      p95: 20,
      p99: 36,
      latency: latency(100, 190, 200, 200),
    });
  });

  it.each([
    ['a gateway went', { sources: ['a'] }],
    ['a gateway came', { sources: ['a', 'b', 'c'] }],
    ['a gateway was replaced', { sources: ['a', 'b+1'] }],
    ['flows fell', { flows: 99 }],
    ['requests fell', { requests: 999 }],
    ['errors fell', { errors: 9 }],
    ['a bucket fell', { latency: latency(499, 1090, 1200, 1200) }],
    ['the histogram has gone', { latency: [] }],
    [
      'bounds changed',
      { latency: latency(600, 1090, 1200, 1200).map(({ le, count }) => ({ le: le + 1, count })) },
    ],
  ])('is a reset when %s', (_, changes) => {
    const found = difference(sample(), later(changes));
    expect(found).toMatchObject({ reset: true, flows: 0, requests: 0 });
    expect([found.successRate, found.p50, found.p95, found.p99]).toEqual(Array(4).fill(undefined));
  });

  it('finds the restart of one gateway behind the growth of the others', () => {
    const of = (a: number, b: number) => ({
      a: { flows: a, requests: a, errors: 0 },
      b: { flows: b, requests: b, errors: 0 },
    });
    expect(difference(sample({ perSource: of(60, 40) }), later({ perSource: of(100, 30) })).reset).toBe(true);
    expect(difference(sample({ perSource: of(60, 40) }), later({ perSource: of(90, 40) })).reset).toBe(false);
  });

  it('has no rate and no percentile without data', () => {
    expect(difference(sample(), sample({ at: 2000 }))).toMatchObject({
      reset: false,
      requests: 0,
      successRate: undefined,
      p99: undefined,
    });
    // Envoy's counters are ahead of its histogram.
    expect(difference(sample(), later({ latency: sample().latency }))).toMatchObject({
      requests: 200,
      successRate: 0.99,
      p99: undefined,
    });
  });

  it('starts from nothing when the first sample had no histogram yet', () => {
    const first = sample({ flows: 0, requests: 0, errors: 0, latency: [] });
    expect(difference(first, later()).p50).toBeCloseTo(10, 5);
  });
});

describe('quantile', () => {
  it('interpolates within a bucket, from 0 in the first, and ends at the last finite bound', () => {
    expect(quantile(latency(100, 100, 100, 100), 0.5)).toBe(5);
    expect(quantile(latency(0, 0, 100, 100), 0.5)).toBe(30);
    expect(quantile(latency(0, 0, 50, 100), 0.99)).toBe(40);
    expect(quantile(latency(0, 0, 0, 0), 0.5)).toBeUndefined();
    expect(quantile([], 0.5)).toBeUndefined();
  });
});

it.each([
  [10, 100],
  [15, 10],
  [20, 10],
  [40, 0],
  [41, 0],
])(
  'of 200, certainly slower than %i ms are %i: a bucket that reaches beyond it is given the benefit of the doubt',
  (milliseconds, slower) => {
    expect(slowerThan(latency(100, 190, 200, 200), milliseconds)).toEqual({ slower, total: 200 });
  },
);
