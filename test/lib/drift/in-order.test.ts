import { expect, it } from 'vitest';
import { mapInOrder } from '../../../lib/drift/in-order.ts';

const items = Array.from({ length: 20 }, (_, index) => index);

it('works on a few at a time and answers in order, whichever is ready first', async () => {
  let [running, most] = [0, 0];
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    // Later ones are ready sooner.
    for (let turns = 0; turns < 40 - item * 2; turns++) await Promise.resolve();
    running--;
    return item * 10;
  };
  const found: number[] = [];
  for await (const result of mapInOrder(items, 4, work)) found.push(result);
  expect(found).toEqual(items.map((item) => item * 10));
  expect(most).toBe(4);
});

it('begins nothing after a failure was heard, and leaves no failure unhandled', async () => {
  const begun: number[] = [];
  const work = async (item: number): Promise<number> => {
    begun.push(item);
    if (item >= 2) throw new Error(`no ${item}`);
    return item;
  };
  const found: number[] = [];
  const all = (async () => {
    for await (const result of mapInOrder(items, 3, work)) found.push(result);
  })();
  await expect(all).rejects.toThrow('no 2');
  expect(found).toEqual([0, 1]);
  expect(begun.length).toBeLessThanOrEqual(5);
});
