import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Floor } from '../../../lib/cutover/commands.ts';
import { nextFloors, type Seen } from '../../../lib/cutover/raise-floors.ts';

const floor = (pods: number, index = 0): Floor => ({
  colour: 'green',
  namespace: 'shop',
  revision: `r-${index}`,
  pods,
});

const next = (wanted: readonly (readonly [pods: number, asked: number, there: number])[], atOnce: number) => {
  const floors = wanted.map(([pods], index) => floor(pods, index));
  const seen = new Map(
    floors.map((one, index): [Floor, Seen] => {
      const [, asked = 0, there = 0] = wanted[index] ?? [];
      return [one, { asked, there }];
    }),
  );
  return nextFloors(floors, (one) => seen.get(one) ?? { asked: 0, there: 0 }, atOnce);
};

it('raises the first floors first, as far as there is room, and never asks for less', () => {
  expect(
    next(
      [
        [40, 0, 0],
        [5, 0, 0],
      ],
      20,
    ),
  ).toEqual([20, 0]);
  expect(
    next(
      [
        [40, 20, 12],
        [5, 0, 0],
      ],
      20,
    ),
  ).toEqual([32, 0]);
  expect(
    next(
      [
        [40, 40, 38],
        [5, 0, 0],
      ],
      4,
    ),
  ).toEqual([40, 2]);
  // What is there costs nothing, however much it is.
  expect(
    next(
      [
        [40, 0, 40],
        [40, 0, 40],
        [5, 0, 1],
      ],
      2,
    ),
  ).toEqual([40, 40, 3]);
  // Others start pods too.
  expect(
    next(
      [
        [5, 9, 1],
        [5, 0, 0],
      ],
      4,
    ),
  ).toEqual([9, 0]);
});

it('comes to its end without ever starting more than may, whatever becomes ready when', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: 25 }),
      fc.infiniteStream(fc.nat(3)),
      (pods, atOnce, ready) => {
        const state = pods.map((wanted) => ({ wanted, asked: 0, there: 0 }));
        for (let turn = 0; state.some(({ wanted, there }) => there < wanted); turn++) {
          expect(turn).toBeLessThan(2_000);
          const asked = next(
            state.map((one) => [one.wanted, one.asked, one.there] as const),
            atOnce,
          );
          state.forEach((one, index) => {
            one.asked = asked[index] ?? 0;
          });
          expect(state.reduce((sum, one) => sum + one.asked - one.there, 0)).toBeLessThanOrEqual(atOnce);
          const moved = state.find((one) => one.there < one.asked);
          if (moved !== undefined)
            moved.there = Math.min(moved.asked, moved.there + 1 + (ready.next().value ?? 0));
        }
        expect(state.map(({ there }) => there)).toEqual(pods);
      },
    ),
    { seed: 7, numRuns: 60 },
  );
});
