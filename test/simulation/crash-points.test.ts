import { expect, it } from 'vitest';
import type { FaultKind, Scenario } from './model/scenario.ts';
import { simulate } from './simulate.ts';
import { placesOf, scenarioWith, twelve } from './twelve.ts';

const kinds: readonly FaultKind[] = ['crash-before', 'crash-after', 'power-before', 'power-after'];

async function survives(scenario: Scenario, told: string): Promise<void> {
  const { violations, status, log } = await simulate(scenario);
  expect(violations, `${told}\n${JSON.stringify(scenario)}\n${log.join('\n')}`).toEqual([]);
  expect(status, told).toMatch(/^(finalized|rolled-back)$/);
}

it.each(Object.entries(twelve))(
  'dies anywhere on its way %s',
  {
    timeout: 300_000,
  },
  async (name, [end, partial]) => {
    const whole = await simulate(scenarioWith(partial), true);
    expect(whole.violations).toEqual([]);
    expect(whole.status).toMatch(end);
    const places = placesOf(whole);
    let runs = 0;
    for (const [index, { point, what }] of places.entries()) {
      // Before and after each: by turns the process alone dies, or its machine with it.
      const power = index % 2 === 1;
      for (const fault of power ? kinds.slice(2) : kinds.slice(0, 2)) {
        // A record is appended and synced: behind the one is before the other.
        if ((what === 'append' && fault.endsWith('after')) || (what === 'sync' && fault.endsWith('before')))
          continue;
        await survives(
          scenarioWith(partial, [{ point, fault }]),
          `${name}: ${fault} of call ${point}, ${what}`,
        );
        runs++;
      }
      // And once more while that is being mended; all pairs are played by command.
      if (index % 7 !== 3) continue;
      const second = { point: point + 2 + ((index * 5) % 23), fault: kinds[index % 4] ?? 'crash-after' };
      await survives(
        scenarioWith(partial, [{ point, fault: 'crash-after' }, second]),
        `${name}: twice, at ${point}`,
      );
      runs++;
    }
    console.log(`${name}: died at ${places.length} places, ${runs} runs`);
  },
);
