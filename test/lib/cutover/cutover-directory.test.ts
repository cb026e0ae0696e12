import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  cutoverFiles,
  cutoversUnderWay,
  findNewestPlan,
  loadPlan,
  newestPlan,
  savePlan,
} from '../../../lib/cutover/cutover-directory.ts';
import { openJournal } from '../../../lib/cutover/journal.ts';
import type { JournalEvent } from '../../../lib/cutover/journal-event.ts';
import { type CutoverPlan, sealPlan } from '../../../lib/cutover/plan.ts';
import { SimulatedWorld } from '../../helpers/simulated-world.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();
const { digest, ...made } = await (await new SimulatedWorld().settle()).plan();
const planned = (id: string, createdAt = made.createdAt): CutoverPlan => sealPlan({ ...made, id, createdAt });
const first = planned('shop-green-blue-20260101T000000Z');
const second = planned('shop-blue-green-20260102T000000Z');
const third = planned('shop-blue-green-20260103T000000Z');
const by = { user: 'u', host: 'h', pid: 1 };

async function journal(state: string, plan: CutoverPlan, ...events: JournalEvent[]): Promise<void> {
  const file = await openJournal(cutoverFiles(state, plan).journal);
  for (const event of [{ type: 'started', plan: plan.digest, by } as const, ...events])
    await file.append(event, 1, 1);
  await file.close();
}

it('keeps a plan as it was made, and never writes over another one', async () => {
  const state = await directory();
  const files = await savePlan(state, second);
  expect(await loadPlan(files.plan)).toEqual(second);
  await savePlan(state, second);
  const other = planned(second.id, '2026-01-02T00:00:00.900Z');
  await expect(savePlan(state, other)).rejects.toMatchObject({ code: 'plan.exists' });
  expect(await loadPlan(files.plan)).toEqual(second);
  expect(await readdir(files.directory)).toEqual(['plan.json']);
});

it('refuses a plan that was changed, that is none, or that is not there', async () => {
  const state = await directory();
  const { plan } = await savePlan(state, second);
  await writeFile(plan, (await readFile(plan, 'utf8')).replace('"share": 5,', '"share": 6,'));
  await expect(loadPlan(plan)).rejects.toMatchObject({ code: 'plan.changed', exitCode: 7 });
  for (const text of ['', 'null', '[]', '{"kind":"Locator"}', '{"kind":"CutoverPlan"']) {
    await writeFile(plan, text);
    await expect(loadPlan(plan), text).rejects.toMatchObject({ code: 'plan.invalid', exitCode: 2 });
  }
  await expect(loadPlan(join(state, 'no.json'))).rejects.toMatchObject({ code: 'plan.not-found' });
});

it('means the newest plan, but a cutover that is under way before it', async () => {
  const state = await directory();
  await expect(newestPlan(state, 'shop')).rejects.toMatchObject({ code: 'plan.none' });
  for (const plan of [second, first, third]) await savePlan(state, plan);
  // What a process leaves that dies while it makes a plan.
  await mkdir(join(state, 'shop', 'cutovers', 'shop-blue-green-20260104T000000Z'));
  expect((await findNewestPlan(state, 'shop'))?.plan.id).toBe(third.id);
  await journal(state, first, { type: 'ended', outcome: 'finalized' });
  expect((await findNewestPlan(state, 'shop'))?.plan.id).toBe(third.id);
  await journal(state, second, { type: 'ended', outcome: 'completed' });
  expect((await findNewestPlan(state, 'shop'))?.plan.id).toBe(second.id);
  expect(await cutoversUnderWay(state, 'shop')).toEqual([second.id]);
});

it('does not pass over a cutover whose journal cannot be read', async () => {
  const state = await directory();
  for (const plan of [second, third]) await savePlan(state, plan);
  await writeFile(cutoverFiles(state, second).journal, 'torn\nin the middle\n');
  expect((await findNewestPlan(state, 'shop'))?.plan.id).toBe(second.id);
});
