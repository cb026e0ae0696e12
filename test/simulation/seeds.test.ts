import { expect, it } from 'vitest';
import { scenarioOf } from './model/scenario.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';

it('keeps the invariants in the first seeds', { timeout: 120_000 }, async () => {
  const endings: Record<string, number> = {};
  for (let seed = 1; seed <= 60; seed++) {
    const { violations, status, log } = await simulate(scenarioOf(seed));
    expect(violations, `seed ${seed}\n${log.join('\n')}`).toEqual([]);
    endings[status] = (endings[status] ?? 0) + 1;
  }
  expect(endings.finalized).toBeGreaterThan(0);
  expect(endings['rolled-back']).toBeGreaterThan(0);
});

it('plays the same seed in the same way, always', { timeout: 60_000 }, async () => {
  const digests = new Set<string>();
  // Both stores are among them, and several operators at once.
  for (const seed of [1, 2, 3, 4, 12, 23, 73]) {
    const [first, again] = [await simulate(scenarioOf(seed), true), await simulate(scenarioOf(seed), true)];
    expect(again.trace, `seed ${seed}`).toEqual(first.trace);
    expect(again.digest).toBe(first.digest);
    digests.add(first.digest);
  }
  expect(digests.size).toBe(7);
});

it('makes a failing scenario smaller and keeps its failure', async () => {
  // A group that somebody else has changed and nobody puts back has no end within so little.
  const scenario = { ...scenarioOf(5), damage: false };
  expect(await shrink(scenario, 'no such violation')).toEqual(scenario);
});
