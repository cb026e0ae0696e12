// Records the histories anew: npx jiti test/histories/record.ts. For a new kind of history only: an old one is a contract.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calm, drive, type Scenario } from '../helpers/simulated-operator.ts';

const short: Scenario = {
  ...calm,
  strangerWeight: 20,
  cutover: { bake: '1s', patience: '10s', hold: '1s', drain: { quiet: '3s', timeout: '60s' } },
};

const scenarios: Record<string, Scenario> = {
  completed: { ...short, shares: [50, 100], faults: [{ point: 150, fault: 'crash-after' }] },
  'rolled-back': { ...short, shares: [5, 100], bad: { from: 10, what: 'errors' } },
};

for (const [name, scenario] of Object.entries(scenarios)) {
  const folder = join(import.meta.dirname, name);
  const { plan, store, invariants } = await drive(scenario);
  await mkdir(folder, { recursive: true });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(folder, 'plan.json'), json(plan));
  await writeFile(join(folder, 'journal.jsonl'), store.text);
  await writeFile(join(folder, 'state.json'), json(invariants.durable));
}
