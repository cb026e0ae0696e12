import { expect, it } from 'vitest';
import { calm, type FaultKind, type Scenario } from './model/scenario.ts';
import { type Outcome, simulate } from './simulate.ts';

/** Cutovers that are small, and differ in what is crashed into. What they come to without a crash is named. */
const scenarios: Readonly<Record<string, readonly [end: RegExp, scenario: Partial<Scenario>]>> = {
  'to the target in one step': [/finalized/, {}],
  'to the target in two steps': [/finalized/, { shares: [50, 100] }],
  'from green to blue, with an endpoint of others': [/finalized/, { live: 'green', strangerWeight: 20 }],
  'in two regions': [/finalized/, { regions: 2 }],
  'with singletons': [/finalized/, { singletons: true }],
  'with floors that rise one by one': [/finalized/, { podsAtOnce: 1 }],
  'on a release that copies no annotations': [
    /finalized/,
    { copiesAnnotations: { blue: false, green: false } },
  ],
  'in a table': [/finalized/, { store: 'table' }],
  'back, because a gate fails': [/rolled-back/, { shares: [50, 100], bad: [{ from: 6, what: 'errors' }] }],
  'back, because a person wants it': [/rolled-back/, { choices: [0.1] }],
  'back, with singletons that were handed over': [/rolled-back/, { singletons: true, choices: [0.1] }],
  'over a change of somebody else': [
    /finalized|rolled-back/,
    { foreign: [{ from: 8, region: 0, what: 'weights' }] },
  ],
};

const of = (scenario: Partial<Scenario>, faults: Scenario['faults'] = []): Scenario => ({
  ...calm,
  shares: [100],
  regions: 1,
  few: true,
  singletons: false,
  podsAtOnce: 20,
  ...scenario,
  faults,
});

/** The numbers of the calls that write a record, or change something outside. */
function pointsOf({ trace }: Outcome): { readonly point: number; readonly what: string }[] {
  const calls = trace.filter((line) => /^\d+ \d+\.\d+ /.test(line)).map((line) => line.split(' ')[2] ?? '');
  return calls.flatMap((what, point) =>
    /^(append|sync|set|put|writeGroup|patch|apply|create|remove)$/.test(what) ? [{ point, what }] : [],
  );
}

const kinds: readonly FaultKind[] = ['crash-before', 'crash-after', 'power-before', 'power-after'];

async function survives(scenario: Scenario, told: string): Promise<void> {
  const { violations, status, log } = await simulate(scenario);
  expect(violations, `${told}\n${JSON.stringify(scenario)}\n${log.join('\n')}`).toEqual([]);
  expect(status, told).toMatch(/^(finalized|rolled-back)$/);
}

it.each(Object.entries(scenarios))(
  'dies anywhere on its way %s',
  {
    timeout: 300_000,
  },
  async (name, [end, partial]) => {
    const whole = await simulate(of(partial), true);
    expect(whole.violations).toEqual([]);
    expect(whole.status).toMatch(end);
    const points = pointsOf(whole);
    let runs = 0;
    for (const [index, { point, what }] of points.entries()) {
      // Before and after each: by turns the process alone dies, or its machine with it.
      const power = index % 2 === 1;
      for (const fault of power ? kinds.slice(2) : kinds.slice(0, 2)) {
        // A record is appended and synced: behind the one is before the other.
        if ((what === 'append' && fault.endsWith('after')) || (what === 'sync' && fault.endsWith('before')))
          continue;
        await survives(of(partial, [{ point, fault }]), `${name}: ${fault} of call ${point}, ${what}`);
        runs++;
      }
      // And once more while that is being mended.
      if (index % 7 !== 3) continue;
      const second = { point: point + 2 + ((index * 5) % 23), fault: kinds[index % 4] ?? 'crash-after' };
      await survives(of(partial, [{ point, fault: 'crash-after' }, second]), `${name}: twice, at ${point}`);
      runs++;
    }
    console.log(`${name}: died at ${points.length} places, ${runs} runs`);
  },
);
