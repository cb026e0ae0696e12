import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { decide } from '../../lib/cutover/decide.ts';
import { evolve, replay } from '../../lib/cutover/evolve.ts';
import { readJournal } from '../../lib/cutover/journal.ts';
import { openPlan } from '../../lib/cutover/plan.ts';
import { initialState } from '../../lib/cutover/state.ts';

/**
 * Cutovers as they were once recorded. A version that reads them differently would go on wrongly with a cutover that is
 * under way: it must carry old journals over instead of changing what is here.
 */
const histories = ['completed', 'rolled-back'] as const;

const folder = (name: string): string => join(import.meta.dirname, name);

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
