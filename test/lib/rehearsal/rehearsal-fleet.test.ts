import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Duration } from '../../../lib/fleet/duration.ts';
import type { CutoverPolicy } from '../../../lib/fleet/fleet.ts';
import { rehearsalFleet } from '../../../lib/rehearsal/rehearsal-fleet.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

const fleet = exampleFleet();
const length = fc.integer({ min: 0, max: 86_400_000 }).map((ms) => Duration.milliseconds(ms));

/** The lengths of time that a cutover may take, by where they stand. */
const lengths = ({ bake, patience, hold, deployTimeout, readyTimeout, drain }: CutoverPolicy) =>
  Object.entries({
    bake,
    patience,
    hold,
    deployTimeout,
    readyTimeout,
    quiet: drain.quiet,
    timeout: drain.timeout,
  });

it('shortens what is long and lengthens nothing; steps and limits stay', () => {
  const policies = fc.record({
    bake: length,
    patience: length,
    hold: length,
    deployTimeout: length,
    readyTimeout: length,
    drain: fc.record({ quiet: length, timeout: length }),
    latencyFloor: length,
    minSamples: fc.nat({ max: 1000 }),
  });
  fc.assert(
    fc.property(policies, ({ latencyFloor, minSamples, ...times }) => {
      const gates = { ...fleet.cutover.gates, latencyFloor, minSamples };
      const given = { ...fleet.cutover, ...times, gates };
      const { cutover, ...rest } = rehearsalFleet({ ...fleet, cutover: given });
      const before = new Map(lengths(given));
      for (const [where, made] of lengths(cutover)) {
        const least = before.get(where)?.milliseconds ?? 0;
        expect(made.milliseconds, where).toBeLessThanOrEqual(least);
        expect(made.milliseconds, where).toBeLessThanOrEqual(60_000);
        // Nothing that was short already is made shorter still.
        if (least <= 2000) expect(made.milliseconds, where).toBe(least);
      }
      expect(cutover.gates.latencyFloor.milliseconds).toBe(Math.max(500, latencyFloor.milliseconds));
      expect(cutover.gates.minSamples).toBe(Math.min(50, minSamples));
      expect(cutover.steps).toEqual(given.steps);
      const { latencyFloor: _, minSamples: __, ...limits } = cutover.gates;
      expect(given.gates).toMatchObject(limits);
      const { cutover: ___, ...others } = fleet;
      expect(rest).toEqual(others);
    }),
    { seed: 20261124 },
  );
});
