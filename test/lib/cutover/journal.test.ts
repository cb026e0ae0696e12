import { appendFile, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openJournal, readJournal } from '../../../lib/cutover/journal.ts';
import type { JournalEvent } from '../../../lib/cutover/journal-event.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();
const entered = (step: string): JournalEvent => ({ type: 'step-entered', step });

async function written(...steps: string[]): Promise<string> {
  const file = join(await directory(), 'deep', 'journal.jsonl');
  const journal = await openJournal(file);
  for (const step of steps) await journal.append(entered(step), 1_000, 1);
  await journal.close();
  return file;
}

const steps = async (file: string): Promise<string[]> =>
  (await readJournal(file)).map(({ event }) => (event.type === 'step-entered' ? event.step : event.type));

it('gives back what was written, as it was written, and goes on after it', async () => {
  const file = join(await directory(), 'journal.jsonl');
  expect(await readJournal(file)).toEqual([]);
  const first = await openJournal(file);
  const failed = { code: 'a', message: 'é “x”', retry: true };
  const inMemory = [
    await first.append({ type: 'failed', command: 'sample', region: 'r', failure: failed }, 5, 1),
    await first.append(entered('a'), 6, 1),
  ];
  // A hold of days appends for days: none of it is kept.
  expect(first.records).toEqual([]);
  await first.close();
  const second = await openJournal(file);
  expect(second.records).toEqual(inMemory);
  await second.append(entered('b'), 7, 2);
  await second.close();
  const records = await readJournal(file);
  expect(records.map(({ seq, at, token }) => [seq, at, token])).toEqual([
    [0, 5, 1],
    [1, 6, 1],
    [2, 7, 2],
  ]);
  expect(records.map(({ prev }) => prev)).toEqual(['', records[0]?.hash, records[1]?.hash]);
});

it('drops a torn last line, however it is torn, and writes on behind the whole ones', async () => {
  const whole = await readFile(await written('a', 'é'));
  const start = whole.indexOf(0x0a) + 1;
  const cuts = [...Array(whole.length - start).keys()].map((i) => start + i);
  for (const cut of cuts.filter((_, i) => i % 7 === 0 || i > cuts.length - 3)) {
    const file = join(await directory(), 'journal.jsonl');
    await writeFile(file, whole.subarray(0, cut));
    expect(await steps(file)).toEqual(['a']);
    const journal = await openJournal(file);
    await journal.append(entered('c'), 2_000, 1);
    await journal.close();
    expect(await steps(file), `cut at ${cut}`).toEqual(['a', 'c']);
  }
});

it('refuses a journal that is torn, changed or incomplete before its end', async () => {
  const file = await written('a', 'b', 'c');
  const [a = '', b = '', c = ''] = (await readFile(file, 'utf8')).split('\n');
  const damaged: Record<string, string[]> = {
    'torn in the middle': [a, b.slice(0, 40), c],
    'a changed time': [a, b.replace('"at":1000', '"at":1001'), c],
    'a changed step': [a, b.replace('"step":"b"', '"step":"x"'), c],
    'a missing line': [a, c],
    'a line twice': [a, b, b, c],
    'other order': [b, a, c],
    'an empty line': [a, '', b, c],
  };
  for (const [what, lines] of Object.entries(damaged)) {
    await writeFile(file, `${lines.join('\n')}\n`);
    await expect(readJournal(file), what).rejects.toMatchObject({ code: 'journal.damaged' });
    await expect(openJournal(file), what).rejects.toMatchObject({ code: 'journal.damaged' });
  }
});

it('refuses an older token, and a process that does not know what another one wrote', async () => {
  const file = await written('a');
  const older = await openJournal(file);
  const newer = await openJournal(file);
  await newer.append(entered('b'), 2_000, 2);
  await expect(newer.append(entered('x'), 2_000, 1)).rejects.toMatchObject({ code: 'journal.older-token' });
  await expect(older.append(entered('x'), 2_000, 1)).rejects.toMatchObject({
    code: 'journal.older-token',
    exitCode: 6,
  });
  await newer.append(entered('c'), 2_000, 2);
  await older.close();
  await newer.close();
  expect(await steps(file)).toEqual(['a', 'b', 'c']);
});

it('lets the newer token count where two processes wrote at the same moment', async () => {
  const file = await written('a');
  const common = await readFile(file, 'utf8');
  const line = async (step: string, token: number): Promise<string> => {
    await writeFile(file, common);
    const journal = await openJournal(file);
    await journal.append(entered(step), 2_000, token);
    await journal.close();
    return (await readFile(file, 'utf8')).slice(common.length);
  };
  const [zombie, holder] = [await line('zombie', 1), await line('holder', 2)];
  for (const order of [zombie + holder, holder + zombie]) {
    await writeFile(file, common + order);
    expect(await steps(file)).toEqual(['a', 'holder']);
    const journal = await openJournal(file);
    await journal.append(entered('on'), 3_000, 3);
    await journal.close();
    expect(await steps(file)).toEqual(['a', 'holder', 'on']);
  }
});

it('writes nothing behind a write that failed in its middle', async () => {
  const file = await written('a');
  const journal = await openJournal(file);
  const probe = await open(file);
  const prototype = Object.getPrototypeOf(probe) as { appendFile: (data: Buffer) => Promise<void> };
  await probe.close();
  const full = vi.spyOn(prototype, 'appendFile').mockImplementationOnce(async (data) => {
    await appendFile(file, data.subarray(0, 30));
    throw new Error('ENOSPC: no space left on device, write');
  });
  await expect(journal.append(entered('b'), 2_000, 1)).rejects.toMatchObject({ code: 'journal.not-written' });
  full.mockRestore();
  await expect(journal.append(entered('c'), 2_000, 1)).rejects.toMatchObject({ code: 'journal.not-written' });
  await journal.close();
  expect(await steps(file)).toEqual(['a']);
});
