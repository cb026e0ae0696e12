// Records the histories anew: npx jiti test/histories/record.ts. For a new kind of history only: an old one is a contract.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { replay } from '../../lib/cutover/evolve.ts';
import { calm, type Scenario } from '../simulation/model/scenario.ts';
import { files, Simulation } from '../simulation/model/simulation.ts';
import { playOn } from '../simulation/simulate.ts';

const short: Scenario = {
  ...calm,
  strangerWeight: 20,
  cutover: { bake: '1s', patience: '10s', hold: '1s', drain: { quiet: '3s', timeout: '60s' } },
};

const scenarios: Record<string, Scenario> = {
  completed: { ...short, shares: [50, 100], faults: [{ point: 300, fault: 'crash-after' }] },
  'rolled-back': { ...short, shares: [5, 100], bad: [{ from: 10, what: 'errors' }] },
};

for (const [name, scenario] of Object.entries(scenarios)) {
  const folder = join(import.meta.dirname, name);
  const simulation = await Simulation.of(scenario);
  await playOn(simulation);
  const { plan, checker, disk } = simulation;
  await mkdir(folder, { recursive: true });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(folder, 'plan.json'), json(plan));
  await writeFile(join(folder, 'journal.jsonl'), disk.bytes(files.journal));
  await writeFile(join(folder, 'state.json'), json(replay(plan, checker.records)));
}
