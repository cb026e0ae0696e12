import { expect, it } from 'vitest';
import { simulate } from './simulate.ts';
import { placesOf, scenarioWith } from './twelve.ts';

/**
 * A machine that sleeps in a write, or before a change, for so long that somebody else takes over, and wakes up in the middle of
 * what that one does: nothing of it may count. How long it sleeps and who comes differ from place to place.
 */
it.each([
  ['to the target in two steps', { shares: [50, 100] }],
  ['with singletons that are handed over', { singletons: true }],
  [
    'with singletons, of which an earlier cutover has left its mark',
    { singletons: true, handedBackBefore: true },
  ],
  ['in a table', { store: 'table' }],
  ['back', { choices: [0.1] }],
] as const)(
  'a process that sleeps in a write on its way %s is harmless',
  { timeout: 300_000 },
  async (_, partial) => {
    const whole = await simulate(scenarioWith(partial), true);
    expect(whole.violations).toEqual([]);
    let runs = 0;
    for (const [index, { point, what }] of placesOf(whole).entries()) {
      // A line that is being written is one case; what changes the world is tried everywhere.
      if (/^(append|sync|set|put)/.test(what) && index % 3 !== 0) continue;
      const choices = [0.05, 0.9, (index % 10) / 10, 0.4, 0.7, ((index * 3) % 10) / 10];
      const scenario = scenarioWith({ choices, ...partial }, [{ point, fault: 'pause' }]);
      const { violations, status, log } = await simulate(scenario);
      const told = `asleep in call ${point}, ${what}\n${JSON.stringify(scenario)}\n${log.join('\n')}`;
      expect(violations, told).toEqual([]);
      expect(status, told).toMatch(/^(finalized|rolled-back)$/);
      runs++;
    }
    console.log(`simulation: asleep at ${runs} places`);
  },
);
