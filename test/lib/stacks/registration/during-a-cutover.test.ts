import { UpdateEndpointGroupCommand } from '@aws-sdk/client-global-accelerator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JournalEvent } from '../../../../lib/cutover/journal-event.ts';
import type { CutoverPlan } from '../../../../lib/cutover/plan.ts';
import {
  dynamoStore,
  savePlanInTable,
  tableCutoversUnderWay,
  takeTableLease,
} from '../../../../lib/cutover/store/dynamodb-state.ts';
import type { TablePlace } from '../../../../lib/cutover/store/table-place.ts';
import { type LocalTables, startLocalTables } from '../../../helpers/local-table.ts';
import { blue, foreign, green, newBlue, Played, type Started } from './played.ts';

/** What stacks may do to an accelerator while, and shortly before and after, people move its traffic. */
const played = new Played();
let tables: LocalTables;
let table: TablePlace;

beforeAll(async () => {
  await played.open();
  tables = await startLocalTables();
});
beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  table = await tables.table();
});
afterEach(() => played.stop());
afterAll(async () => {
  played.close();
  await tables.close();
});

async function both(): Promise<Started & { leased(endpoint: string): object; ids: Record<string, string> }> {
  const started = await played.start();
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', table.endpoint);
  const leased = (endpoint: string) =>
    started.properties(endpoint, {
      Fleet: 'shop',
      JournalTable: table.name,
      JournalRegion: table.region,
    });
  const ids: Record<string, string> = {};
  for (const colour of [blue, green])
    ids[colour] = (await played.send('Create', leased(colour))).PhysicalResourceId;
  return { ...started, leased, ids };
}

const somebody = { user: 'ada', host: 'laptop', pid: 4711 };

describe('in the middle of a cutover', () => {
  it('CloudFormation changes the endpoint group, and no weight changes', async () => {
    const { weights, setWeights, client, accelerator } = await both();
    await setWeights({ [blue]: 95, [green]: 5 });
    // What its handler sends where the template names no endpoints.
    await client.send(
      new UpdateEndpointGroupCommand({
        EndpointGroupArn: accelerator.endpointGroupArn,
        TrafficDialPercentage: 100,
        HealthCheckIntervalSeconds: 10,
        ThresholdCount: 3,
      }),
    );
    expect(await weights()).toEqual({ [blue]: 95, [green]: 5 });
  });

  it('an update of either stack changes no weight', async () => {
    const { weights, setWeights, leased, ids } = await both();
    await setWeights({ [blue]: 95, [green]: 5, [foreign]: 7 });
    const lease = await takeTableLease(table, 'shop', somebody);
    for (const colour of [blue, green])
      expect((await played.send('Update', leased(colour), ids[colour])).Status).toBe('SUCCESS');
    await lease.release();
    expect(await weights()).toEqual({ [blue]: 95, [green]: 5, [foreign]: 7 });
  });

  it('a colour is not deleted while the lease is held, not even without weight, and goes when it is given back', async () => {
    const { weights, leased, ids } = await both();
    const lease = await takeTableLease(table, 'shop', somebody);
    const refused = await played.send('Delete', leased(green), ids[green]);
    expect(refused).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/holds the lease.*ada on laptop.*zeroshift rollback/),
    });
    expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
    await lease.release();
    expect((await played.send('Delete', leased(green), ids[green])).Status).toBe('SUCCESS');
    expect(await weights()).toEqual({ [blue]: 100 });
  });

  it('an entrance is not replaced while the lease is held', async () => {
    const { weights, leased, ids } = await both();
    const lease = await takeTableLease(table, 'shop', somebody);
    const refused = await played.send('Update', { ...leased(newBlue), First: 'false' }, ids[green]);
    expect(refused).toMatchObject({ Status: 'FAILED', PhysicalResourceId: ids[green] });
    expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
    await lease.release();
  });

  it('a colour is not deleted before a cutover is finalized, though nobody is at work on it', async () => {
    const { weights, setWeights, leased, ids } = await both();
    await savePlanInTable(table, { fleet: 'shop', id: 'to-green', digest: 'd' } as CutoverPlan);
    const journal = await dynamoStore(table, 'shop', 'to-green').openJournal(1);
    await setWeights({ [blue]: 0, [green]: 100 });
    const said: [JournalEvent, boolean][] = [
      [{ type: 'step-entered', step: 'a' }, true],
      [{ type: 'ended', outcome: 'completed' }, true],
      [{ type: 'ended', outcome: 'finalized' }, false],
    ];
    for (const [event, open] of said) {
      await journal.append(event, 1, 1);
      expect(await tableCutoversUnderWay(table, 'shop')).toEqual(open ? ['to-green'] : []);
      const { Status, Reason } = await played.send('Delete', leased(blue), ids[blue]);
      expect(Status).toBe(open ? 'FAILED' : 'SUCCESS');
      if (open) expect(Reason).toMatch(/cutover to-green is under way.*zeroshift finalize/);
    }
    expect(await weights()).toEqual({ [green]: 100 });
  });

  it("another fleet's lease in the same table, and a table that has gone, hold nothing back", async () => {
    const { leased, ids } = await both();
    const lease = await takeTableLease(table, 'other', somebody);
    expect((await played.send('Delete', leased(green), ids[green])).Status).toBe('SUCCESS');
    await lease.release();
    const gone = { ...leased(blue), JournalTable: 'gone' };
    expect((await played.send('Delete', gone, ids[blue])).Status).toBe('SUCCESS');
  });

  it('a table that does not answer is no permission', async () => {
    const { weights, leased, ids } = await both();
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', 'http://127.0.0.1:1');
    expect((await played.send('Delete', leased(green), ids[green])).Status).toBe('FAILED');
    expect(await weights()).toEqual({ [blue]: 100, [green]: 0 });
  });
});

it('an endpoint that was there before keeps its cluster too while it has weight beside another', async () => {
  const { properties, weights } = await played.start({ [foreign]: 77, [green]: 23 });
  const given = properties(foreign, { Ours: 'false' });
  const found = await played.send('Create', given);
  const refused = await played.send('Delete', given, found.PhysicalResourceId);
  expect(refused).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('weight 77') });
  expect(await weights()).toEqual({ [foreign]: 77, [green]: 23 });
});

it('client addresses are decided when an entrance is registered, and not changed under traffic', async () => {
  const { properties, weights } = await played.start();
  const { PhysicalResourceId } = await played.send('Create', properties(blue));
  const changed = properties(blue, { ClientAddress: 'preserved' });
  const refused = await played.send('Update', changed, PhysicalResourceId);
  expect(refused).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('deploy it again') });
  expect(await weights()).toEqual({ [blue]: 100 });
});
