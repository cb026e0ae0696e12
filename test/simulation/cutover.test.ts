import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drive, type Scenario } from '../helpers/simulated-operator.ts';
import { faultKinds } from '../helpers/simulated-process.ts';

/** `SIMULATION_SEED` and `SIMULATION_RUNS` look elsewhere, or longer. */
const seed = Number(process.env.SIMULATION_SEED ?? 20260101);
const runs = Number(process.env.SIMULATION_RUNS ?? 150);

const time = fc.noBias(fc.integer({ min: 0, max: 140 }));
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, { arbitrary: value, weight: 1 });

const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    regions: fc.constantFrom(1, 1, 2),
    shares: fc.constantFrom([100], [5, 100], [0.5, 25, 100], [5, 25, 50, 100]),
    live: fc.constantFrom('blue' as const, 'green' as const),
    strangerWeight: optional(fc.constantFrom(0, 20)),
    copiesAnnotations: fc.record({ blue: fc.boolean(), green: fc.boolean() }),
    faults: fc.array(
      fc.record({
        point: fc.noBias(fc.integer({ min: 0, max: 900 })),
        fault: fc.constantFrom(...faultKinds),
      }),
      { maxLength: 6 },
    ),
    outages: fc.array(
      fc.record({
        port: fc.constantFrom('traffic' as const, 'cluster' as const, 'metrics' as const),
        from: time,
        seconds: fc.constantFrom(2, 15, 100),
      }),
      { maxLength: 2 },
    ),
    bad: optional(
      fc.record({ from: time, what: fc.constantFrom('errors' as const, 'slow' as const, 'probes' as const) }),
    ),
    unhealthy: optional(
      fc.record({
        from: time,
        colour: fc.constantFrom('blue' as const, 'green' as const),
        region: fc.nat(1),
      }),
    ),
    foreign: optional(
      fc.record({
        from: time,
        region: fc.nat(1),
        what: fc.constantFrom('weights' as const, 'stranger' as const, 'added' as const, 'removed' as const),
      }),
    ),
    slow: optional(
      fc.record({
        from: time,
        what: fc.constantFrom(
          'ready' as const,
          'pod' as const,
          'gateway' as const,
          'end' as const,
          'propagation' as const,
        ),
      }),
    ),
    silent: optional(
      fc.record({
        from: time,
        seconds: fc.constantFrom(10, 60, 300),
        colour: fc.constantFrom('blue' as const, 'green' as const),
        region: fc.nat(1),
      }),
    ),
    podsAtOnce: fc.constantFrom(1, 3, 20),
    bypass: fc.constantFrom(false, false, false, true),
    mail: optional(time),
    told: optional(
      fc.array(fc.record({ from: time, command: fc.constantFrom('pause', 'resume', 'promote', 'approve') }), {
        minLength: 1,
        maxLength: 3,
      }),
    ),
    approvals: fc.constantFrom([], [], ['shift-100'], ['preflight', 'drain', 'hold']),
    interrupts: fc.array(time, { maxLength: 2 }),
    choices: fc.array(fc.noBias(fc.integer({ min: 0, max: 99 }).map((hundredths) => hundredths / 100)), {
      minLength: 8,
      maxLength: 12,
    }),
  })
  .map(
    ({ approvals, told, ...drawn }) =>
      Object.fromEntries(
        Object.entries({
          ...drawn,
          // Who has to approve looks after it.
          told: told ?? (approvals.length === 0 ? undefined : []),
          ...(approvals.length === 0 ? {} : { cutover: { approvals } }),
        }).filter(([, value]) => value !== undefined),
      ) as unknown as Scenario,
  );

it('keeps the invariants, whatever happens', async () => {
  console.log(`simulation: seed ${seed}, ${runs} runs`);
  const counts: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const { invariants, log, store } = await drive(scenario);
      const { status } = invariants.durable;
      counts[status] = (counts[status] ?? 0) + 1;
      for (const kind of ['hand-over', 'hand-back'])
        if (store.lines.some((line) => line.includes(`"issued"`) && line.includes(`"kind":"${kind}"`)))
          counts[kind] = (counts[kind] ?? 0) + 1;
      if (invariants.violations.length > 0)
        throw new Error(
          [
            ...invariants.violations,
            ...log,
            ...store.lines.slice(-12).map((line) => line.slice(0, 300)),
          ].join('\n'),
        );
    }),
    { seed, numRuns: runs },
  );
  console.log(counts);
  for (const what of ['finalized', 'hand-over', 'hand-back']) expect(counts[what], what).toBeGreaterThan(0);
}, 600_000);
