import { calm, type Scenario, scenarioOf } from './model/scenario.ts';
import { simulate } from './simulate.ts';

/** Plays one scenario and prints everything that happened: a seed, or a scenario as JSON. */
const [given = '1'] = process.argv.slice(2);
const scenario = given.startsWith('{')
  ? ({ ...calm, ...JSON.parse(given) } as Scenario)
  : scenarioOf(Number(given));
const { trace, log, violations, status, digest } = await simulate(scenario, true);
for (const line of [...trace, '', JSON.stringify(scenario), '', ...log, '']) console.log(line);
for (const violation of violations) console.log(`violated: ${violation}`);
console.log(`${status}, digest ${digest}`);
process.exitCode = violations.length > 0 ? 1 : 0;
