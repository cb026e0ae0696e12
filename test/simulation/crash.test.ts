import { expect, it } from 'vitest';
import { calm, drive, type Scenario, tellingPoints } from '../helpers/simulated-operator.ts';

const base: Scenario = { ...calm, shares: [50, 100], cutover: { bake: '2s', patience: '10s', hold: '2s' } };

it.each([
  ['goes on to the target', base, 'finalized'],
  ['goes on to the target in two regions', { ...base, regions: 2, shares: [100] }, 'finalized'],
  // What the operator does after a crash, and with a completed cutover, is to roll back.
  ['goes back to the start', { ...base, choices: [0.1] }, 'rolled-back'],
] as const)('a process that dies anywhere %s', { timeout: 300_000 }, async (_, scenario, end) => {
  const whole = await drive(scenario);
  expect(whole.invariants.violations).toEqual([]);
  // In two regions, what differs from one: the writes of weights, and the records between them.
  const telling = (what: string): boolean => scenario.regions !== 2 || /^(writeGroup|record)/.test(what);
  const points = tellingPoints(whole.faults.trace).filter((point) =>
    telling(whole.faults.trace[point] ?? ''),
  );
  for (const fault of ['crash-before', 'crash-after'] as const)
    for (const point of points) {
      // Before a call is after the one before it; before a record its line can be torn.
      if (fault === 'crash-before' && !whole.faults.trace[point]?.startsWith('record')) continue;
      const { invariants, log } = await drive({ ...scenario, faults: [{ point, fault }] });
      const told = `${fault} of ${point}, ${whole.faults.trace[point]}\n${log.join('\n')}`;
      expect(log.filter((line) => line.includes('crashed')).length, told).toBe(1);
      expect(invariants.violations, told).toEqual([]);
      expect(invariants.durable.status, told).toBe(end);
    }
  console.log(`simulation: died at ${points.length} of ${whole.faults.trace.length} places`);
});
