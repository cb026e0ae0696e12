import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { takeTableLease } from '../../../../lib/cutover/store/dynamodb-state.ts';
import { handlerCode } from '../../../../lib/stacks/lease-watch/handler-code.generated.ts';
import type { HeldLease } from '../../../../lib/stacks/lease-watch/read-lease.ts';
import { hasStopped } from '../../../../lib/stacks/lease-watch/watch.ts';
import { type LocalTables, startLocalTables } from '../../../helpers/local-table.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

const lease = (beat: number, id = 'a'): HeldLease => ({ id, beat, user: 'ada', host: 'laptop' });

it.each([
  ['nobody holds it', [undefined], false],
  ['the heart beats', [lease(4), lease(9)], false],
  ['it was given back meanwhile', [lease(4), undefined], false],
  ['somebody else took it meanwhile', [lease(4), lease(4, 'b')], false],
  ['nothing changed', [lease(4), lease(4)], true],
] as const)('a cutover has stopped or not: %s', async (_, seen, stopped) => {
  const reads = [...seen];
  expect(
    await hasStopped(
      async () => reads.shift(),
      async () => {},
    ),
  ).toBe(stopped);
  expect(reads).toEqual([]);
});

it('writes a measurement that CloudWatch reads, from the lease as the engine takes it', async () => {
  const table = await tables.table();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', table.endpoint);
  vi.stubEnv('AWS_REGION', table.region);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'rehearsal');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rehearsal');
  const module = { exports: {} as { handler: (event: object) => Promise<void> } };
  new Function('module', 'require', handlerCode)(module, createRequire(import.meta.url));
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const held = await takeTableLease(table, 'shop', { user: 'ada', host: 'laptop', pid: process.pid });
  await held.release();
  await module.exports.handler({ fleet: 'shop', table: table.name });
  const line = JSON.parse(String(log.mock.calls.at(-1)?.[0]));
  expect(line).toMatchObject({
    Fleet: 'shop',
    StoppedCutovers: 0,
    _aws: { CloudWatchMetrics: [{ Namespace: 'zeroshift', Dimensions: [['Fleet']] }] },
  });
  vi.unstubAllEnvs();
});
