import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JournalEvent } from '../../../../lib/cutover/journal-event.ts';
import { type Table, tableAt } from '../../../../lib/cutover/store/dynamodb-client.ts';
import { openDynamoJournal, readDynamoJournal } from '../../../../lib/cutover/store/dynamodb-journal.ts';
import { takeDynamoLease } from '../../../../lib/cutover/store/dynamodb-lease.ts';
import { stateOfTable, tablePlace } from '../../../../lib/cutover/store/table-place.ts';
import { type LocalTables, startLocalTables } from '../../../helpers/local-table.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

const me = { user: 'me', host: hostname(), pid: process.pid };
const pk = 'shop/cutovers/one/journal';
const entered = (step: string): JournalEvent => ({ type: 'step-entered', step });
const fresh = async (room = 'journal'): Promise<Table> => tableAt(await tables.table(), room);
const steps = async (table: Table): Promise<string[]> =>
  (await readDynamoJournal(table, pk)).map(({ event }) => (event.type === 'step-entered' ? event.step : ''));

it('loses no record to a process that dies between the two writes of one', async () => {
  const table = await fresh();
  const journal = await openDynamoJournal(
    { ...table, put: async () => Promise.reject(new Error('killed')) },
    pk,
    1,
  );
  await expect(journal.append(entered('a'), 1, 1)).rejects.toMatchObject({ code: 'journal.not-written' });
  await expect(journal.append(entered('x'), 1, 1)).rejects.toMatchObject({ code: 'journal.not-written' });
  expect(await steps(table)).toEqual(['a']);
  const next = await openDynamoJournal(table, pk, 2);
  await next.append(entered('b'), 2, 2);
  expect(await steps(table)).toEqual(['a', 'b']);
  expect((await table.query(pk)).map(({ sk }) => sk)).toEqual(['0000000000', '0000000001', 'head']);
});

it('takes a write for done whose answer was lost and that was sent again', async () => {
  const table = await fresh();
  const again: Table = {
    ...table,
    set: async (...given) => {
      await table.set(...given);
      return table.set(...given);
    },
  };
  const journal = await openDynamoJournal(again, pk, 1);
  await journal.append(entered('a'), 1, 1);
  await journal.append(entered('b'), 1, 1);
  expect(await steps(table)).toEqual(['a', 'b']);
  const lease = await takeDynamoLease(again, 'shop/lease', me);
  expect(lease.token).toBe(1);
  await lease.release();
});

it('refuses a holder of an older token before the newer one has written anything', async () => {
  const table = await fresh();
  const older = await openDynamoJournal(table, pk, 1);
  await older.append(entered('a'), 1, 1);
  await openDynamoJournal(table, pk, 2);
  await expect(older.append(entered('b'), 1, 1)).rejects.toMatchObject({ code: 'journal.older-token' });
  await expect(openDynamoJournal(table, pk, 1)).rejects.toMatchObject({ code: 'journal.older-token' });
  expect(await steps(table)).toEqual(['a']);
});

it('refuses a journal in which a record was changed or is missing', async () => {
  const table = await fresh();
  const journal = await openDynamoJournal(table, pk, 1);
  for (const step of ['a', 'b', 'c']) await journal.append(entered(step), 1, 1);
  const second = (await table.get(pk, '0000000001')) ?? {};
  const text = String(second.text);
  await table.put(pk, '0000000001', { ...second, text: text.replace('"step":"b"', '"step":"x"') });
  await expect(readDynamoJournal(table, pk)).rejects.toMatchObject({ code: 'journal.damaged' });
  await table.remove(pk, '0000000001');
  await expect(openDynamoJournal(table, pk, 2)).rejects.toMatchObject({ code: 'journal.damaged' });
  await table.put(pk, '0000000001', { text, parts: 0, id: '' });
  expect(await steps(table)).toEqual(['a', 'b', 'c']);
});

it('is taken over from another machine only when its heart has stopped, measured here', async () => {
  const table = await fresh('lease');
  // The same host name and a pid that is not there: on another machine that means nothing.
  const elsewhere = { ...me, pid: 2 ** 22 - 1, token: 4, id: 'x', beat: 0, released: false };
  await table.put('shop/lease', 'lease', { ...elsewhere, startedAt: '1', machine: 'another' });
  let beats = 0;
  const beat = setInterval(() => {
    const condition = { expression: '#id = :id', values: { id: 'x' } };
    void table.set('shop/lease', 'lease', { beat: ++beats }, condition);
  }, 40);
  await expect(takeDynamoLease(table, 'shop/lease', me, 40)).rejects.toMatchObject({ code: 'lease.held' });
  clearInterval(beat);
  await new Promise((resolve) => setTimeout(resolve, 40));
  const began = performance.now();
  const lease = await takeDynamoLease(table, 'shop/lease', me, 40);
  expect(performance.now() - began).toBeGreaterThan(150);
  expect(lease.token).toBe(5);
  // Its own heart beats.
  const first = (await table.get('shop/lease', 'lease'))?.beat;
  while ((await table.get('shop/lease', 'lease'))?.beat === first)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await lease.check();
  await lease.release();
});

it('says what is wrong where there is no such table, or nothing answers', async () => {
  const place = await tables.table();
  await expect(tableAt({ ...place, name: 'none' }, 'plan').get('a', 'b')).rejects.toMatchObject({
    code: 'plan.not-found',
    message: expect.stringContaining('the table none'),
  });
  const nowhere = { ...place, endpoint: 'http://127.0.0.1:9' };
  await expect(tableAt(nowhere, 'lease').get('a', 'b')).rejects.toMatchObject({ code: 'lease.unavailable' });
});

it('reads what names a table, and leads to nothing but AWS and this machine', () => {
  expect(tablePlace('.zeroshift')).toBeUndefined();
  for (const place of [
    { name: 'zeroshift-shop' },
    { name: 'a.b_c', region: 'eu-west-1' },
    { name: 'abc', region: 'eu-west-1', endpoint: 'http://127.0.0.1:8000' },
  ])
    expect(tablePlace(stateOfTable(place))).toEqual(place);
  for (const state of [
    'dynamodb:',
    'dynamodb:a/b/c',
    'dynamodb:abc@http://example.com',
    'dynamodb:abc@http://127.0.0.1.example.com',
  ])
    expect(() => tablePlace(state), state).toThrow(expect.objectContaining({ code: 'state.invalid' }));
});
