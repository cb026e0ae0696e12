import { expect, it } from 'vitest';
import { chanceOfAtLeast } from '../../../lib/cutover/chance.ts';

// Figures of the exact binomial distribution, computed with rational arithmetic.
it.each([
  [1, 62, 0.001, 0.060146],
  [2, 62, 0.001, 0.0018186],
  [3, 62, 0.01, 0.0244],
  [5, 10, 0.5, 0.623046875],
  [10, 10, 0.5, 0.0009765625],
  [12, 1000, 0.01, 0.3029],
])('%i or more of %i at %f has the chance %f', (count, total, rate, chance) => {
  expect(chanceOfAtLeast(count, total, rate)).toBeCloseTo(chance, 3);
});

it('has the edges right, and never leaves 0 to 1', () => {
  expect(chanceOfAtLeast(0, 100, 0.5)).toBe(1);
  expect(chanceOfAtLeast(101, 100, 0.5)).toBe(0);
  expect(chanceOfAtLeast(1, 100, 0)).toBe(0);
  expect(chanceOfAtLeast(100, 100, 1)).toBe(1);
  for (const count of [1, 10, 50_000, 99_999, 100_000]) {
    const chance = chanceOfAtLeast(count, 100_000, 0.5);
    expect(chance).toBeGreaterThanOrEqual(0);
    expect(chance).toBeLessThanOrEqual(1);
  }
});
