import { calm, type Scenario } from './model/scenario.ts';
import { simulate } from './simulate.ts';

/** Runs that shrinking may take. */
const mostRuns = 300;

/** The same failure, by its number in the design or its first word. */
const kindOf = (violation: string): string => violation.split(':')[0] ?? violation;

/**
 * A scenario in which less happens and the same invariant is violated: everything that can be left out is left out, one after
 * the other, until nothing more can.
 */
export async function shrink(scenario: Scenario, violation: string): Promise<Scenario> {
  let smallest = scenario;
  let runs = 0;
  const fails = async (candidate: Scenario): Promise<boolean> => {
    if (runs++ >= mostRuns) return false;
    const { violations } = await simulate(candidate);
    return violations.some((one) => kindOf(one) === kindOf(violation));
  };
  for (let progress = true; progress; ) {
    progress = false;
    for (const candidate of smaller(smallest))
      if (await fails(candidate)) {
        smallest = candidate;
        progress = true;
        break;
      }
  }
  return smallest;
}

const lists = [
  'faults',
  'outages',
  'bad',
  'unhealthy',
  'foreign',
  'slow',
  'silent',
  'hooks',
  'behind',
  'interrupts',
  'helpers',
] as const;

/** Scenarios with one thing less, the most telling first. */
function* smaller(scenario: Scenario): Generator<Scenario> {
  for (const list of lists)
    for (let i = 0; i < scenario[list].length; i++)
      yield { ...scenario, [list]: scenario[list].filter((_, index) => index !== i) } as Scenario;
  const simple: Partial<Scenario> = {
    regions: 1,
    shares: [100],
    live: 'blue',
    store: 'files',
    clock: 0,
    bypass: false,
    followed: false,
    movingNodes: false,
    balancers: false,
    revisions: false,
    cutover: calm.cutover,
    damage: false,
    newService: false,
    singletons: false,
    few: true,
    podsAtOnce: 20,
    copiesAnnotations: { blue: true, green: true },
    choices: calm.choices,
  };
  for (const [key, value] of Object.entries(simple))
    if (JSON.stringify(scenario[key as keyof Scenario]) !== JSON.stringify(value))
      yield { ...scenario, [key]: value };
  const { strangerWeight, ...rest } = scenario;
  if (strangerWeight !== undefined) yield rest;
}
