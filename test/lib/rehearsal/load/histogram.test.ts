import { describe, expect, it } from 'vitest';
import { Histogram } from '../../../../lib/rehearsal/load/histogram.ts';
import { seededRandom } from '../../../../lib/rehearsal/random.ts';

describe('Histogram', () => {
  it('is within 1 % of the exact percentiles, whatever the spread', () => {
    const random = seededRandom(42);
    const values = Array.from({ length: 20_000 }, () => Math.exp(random() * 12 - 3));
    const histogram = new Histogram();
    for (const value of values) histogram.record(value);
    values.sort((a, b) => a - b);
    for (const quantile of [0.01, 0.5, 0.95, 0.99, 0.999]) {
      const exact = values[Math.ceil(quantile * values.length) - 1] ?? 0;
      const found = histogram.percentile(quantile) ?? 0;
      expect(Math.abs(found - exact) / exact, `p${quantile * 100}`).toBeLessThan(0.01);
    }
    expect(histogram.summary()?.max).toBeCloseTo(values.at(-1) ?? 0, 2);
  });

  it('merges through JSON to what one histogram of all values is', () => {
    const [left, right, all] = [new Histogram(), new Histogram(), new Histogram()];
    for (let value = 1; value <= 1000; value++) {
      (value % 3 === 0 ? left : right).record(value);
      all.record(value);
    }
    const merged = Histogram.from(JSON.parse(JSON.stringify(left)));
    merged.merge(JSON.parse(JSON.stringify(right)));
    expect(merged.toJSON()).toEqual(all.toJSON());
  });

  it('has no percentile without values, and takes the smallest and the only one', () => {
    const histogram = new Histogram();
    expect(histogram.summary()).toBeNull();
    histogram.record(0);
    expect(histogram.summary()).toEqual({ count: 1, p50: 0, p95: 0, p99: 0, max: 0 });
  });
});
