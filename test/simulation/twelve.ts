import { calm, type FaultKind, type Scenario } from './model/scenario.ts';
import { type Outcome, simulate } from './simulate.ts';

/** Cutovers that are small, and differ in what is crashed into. What they come to without a crash is named. */
export const twelve: Readonly<Record<string, readonly [end: RegExp, scenario: Partial<Scenario>]>> = {
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

export const scenarioWith = (scenario: Partial<Scenario>, faults: Scenario['faults'] = []): Scenario => ({
  ...calm,
  shares: [100],
  regions: 1,
  few: true,
  singletons: false,
  podsAtOnce: 20,
  ...scenario,
  faults,
});

/** A call that writes a record, or changes something outside, by its number. */
export interface Place {
  readonly point: number;
  readonly what: string;
}

export function placesOf({ trace }: Outcome): Place[] {
  const calls = trace.filter((line) => /^\d+ \d+\.\d+ /.test(line)).map((line) => line.split(' ')[2] ?? '');
  return calls.flatMap((what, point) =>
    /^(append|sync|set|put|writeGroup|patch|apply|create|remove)$/.test(what) ? [{ point, what }] : [],
  );
}

/** By turns the process alone dies, or its machine with it. */
const before = (index: number): FaultKind => (index % 2 === 0 ? 'crash-before' : 'power-before');

export interface Paired {
  readonly runs: number;
  /** What is violated, with the scenario. */
  readonly failures: readonly { readonly scenario: Scenario; readonly violations: readonly string[] }[];
}

/** How many places the first crash of a scenario can be at: before each write or effect, which is after the one before it. */
export async function firstsOf(name: string): Promise<number> {
  return placesOf(await simulate(scenarioWith(twelve[name]?.[1] ?? {}), true)).length;
}

/** A crash at one place, and a second one at each place that there is afterwards: while it is mended, and behind that. */
export async function playPairs(name: string, first: number): Promise<Paired> {
  const [, partial] = twelve[name] ?? [];
  if (partial === undefined) throw new Error(`there is no scenario ${name}`);
  const at = placesOf(await simulate(scenarioWith(partial), true))[first];
  if (at === undefined) throw new Error(`${name} has no place ${first}`);
  const one = { point: at.point, fault: before(first) };
  const crashed = await simulate(scenarioWith(partial, [one]), true);
  const failures = crashed.violations.length > 0 ? [crashedOf(partial, [one], crashed)] : [];
  let runs = 1;
  for (const [index, { point }] of placesOf(crashed).entries()) {
    if (point <= at.point) continue;
    const faults = [one, { point, fault: before(first + index + (index >> 1)) }];
    const outcome = await simulate(scenarioWith(partial, faults));
    runs++;
    if (outcome.violations.length > 0 || !/^(finalized|rolled-back)$/.test(outcome.status))
      failures.push(crashedOf(partial, faults, outcome));
  }
  return { runs, failures };
}

const crashedOf = (
  partial: Partial<Scenario>,
  faults: Scenario['faults'],
  { violations, status }: Outcome,
): Paired['failures'][number] => ({
  scenario: scenarioWith(partial, faults),
  violations: violations.length > 0 ? violations : [`12: it ends as ${status}`],
});
