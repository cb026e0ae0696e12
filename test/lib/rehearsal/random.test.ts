import { expect, it } from 'vitest';
import { seededRandom } from '../../../lib/rehearsal/random.ts';

it('gives the published sequence of Mulberry32, on every machine', () => {
  const random = seededRandom(1);
  expect(Array.from({ length: 3 }, () => Math.floor(random() * 2 ** 32))).toEqual([
    2_693_262_067, 11_749_833, 2_265_367_787,
  ]);
});

it('stays in [0, 1), spreads evenly and depends on the seed', () => {
  const first = new Set<number>();
  for (const seed of [0, 1, 2, -1, 2 ** 31, 2 ** 31 - 1]) {
    const random = seededRandom(seed);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 20_000; i++) {
      const value = random();
      expect(value >= 0 && value < 1).toBe(true);
      if (i === 0) first.add(value);
      const tenth = Math.floor(value * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Five standard deviations of a binomial.
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(2000 * 0.9));
  }
  expect(first.size).toBe(6);
});
