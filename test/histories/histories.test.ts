import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decide } from '../../lib/cutover/decide.ts';
import { evolve, replay } from '../../lib/cutover/evolve.ts';
import { readJournal } from '../../lib/cutover/journal.ts';
import { openPlan } from '../../lib/cutover/plan.ts';
import { initialState } from '../../lib/cutover/state.ts';
import { calm, drive, type Scenario } from '../helpers/simulated-operator.ts';

/**
 * Cutovers as they were once recorded. A version that reads them differently would go on wrongly with a cutover that is
 * under way: it must carry old journals over instead of changing what is here.
 */
const histories = ['completed', 'rolled-back'] as const;

const folder = (name: string): string => join(import.meta.dirname, name);

const short: Scenario = {
  ...calm,
  strangerWeight: 20,
  cutover: { bake: '1s', patience: '10s', hold: '1s', drain: { quiet: '3s', timeout: '60s' } },
};

const scenarios: Record<(typeof histories)[number], Scenario> = {
  completed: { ...short, shares: [50, 100], faults: [{ point: 150, fault: 'crash-after' }] },
  'rolled-back': { ...short, shares: [5, 100], bad: { from: 10, what: 'errors' } },
};

/** Records them anew: `RECORD_HISTORIES=1`, for a new kind of history only. */
it.runIf(process.env.RECORD_HISTORIES === '1').each(histories)('records %s', async (name) => {
  const { plan, store, invariants } = await drive(scenarios[name]);
  await mkdir(folder(name), { recursive: true });
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await writeFile(join(folder(name), 'plan.json'), json(plan));
  await writeFile(join(folder(name), 'journal.jsonl'), store.text);
  await writeFile(join(folder(name), 'state.json'), json(invariants.durable));
});

it.each(histories)('reads %s as it was recorded', async (name) => {
  const file = join(folder(name), 'plan.json');
  const plan = openPlan(await readFile(file, 'utf8'), file);
  const records = await readJournal(join(folder(name), 'journal.jsonl'));
  const state: unknown = JSON.parse(await readFile(join(folder(name), 'state.json'), 'utf8'));
  expect(replay(plan, records)).toEqual(state);
  // Whoever stopped anywhere in it can go on.
  let now = initialState(plan);
  for (const record of records) {
    now = evolve(plan, now, record);
    expect(() => decide(plan, now, record.at + 1)).not.toThrow();
  }
});
