import { afterAll, beforeAll, expect, it } from 'vitest';
import { findNewestPlan, type JournalRecord, readJournal } from '../lib/cutover/index.ts';
import { type RehearsedWorld, type Run, startRehearsedWorld } from './helpers/rehearsed-world.ts';
import { shopFleet } from './helpers/shop-fleet.ts';

let shop: RehearsedWorld;

beforeAll(async () => {
  shop = await startRehearsedWorld({
    fleet: shopFleet(),
    load: { rate: 80, maxRequests: 60_000, maxDurationMs: 170_000 },
  });
}, 90_000);

afterAll(() => shop?.close(), 60_000);

async function records(): Promise<JournalRecord[]> {
  const found = await findNewestPlan(shop.state, 'shop');
  return found === undefined ? [] : readJournal(found.files.journal);
}

/** Whose records these are: each of them is under a token of its own. */
const actors = (all: readonly JournalRecord[]): (number | undefined)[] =>
  all.flatMap(({ event }) =>
    event.type === 'started' || event.type === 'resumed' || event.type === 'finalize-begun'
      ? [event.by.pid]
      : [],
  );

/** Starts the same command twice at once; gives the one that acts once the other has been sent away. */
async function twoAtOnce(...verb: string[]): Promise<Run> {
  const both = [shop.start(verb), shop.start(verb)] as const;
  const [first, second] = both;
  const loser = await Promise.race(both.map(async (run) => ({ run, ...(await run.ended) })));
  expect(loser.said.at(-1)).toMatchObject({ event: 'error.failed', code: 'lease.held' });
  expect(loser.exit).toBe(6);
  return loser.run === first ? second : first;
}

it('lets one of two processes act that are started at once: at the start, after a kill, and at the end', async () => {
  expect(await shop.start(['plan']).ended).toMatchObject({ exit: 0 });
  const began = await twoAtOnce('cutover');
  await expect
    .poll(
      async () =>
        (await records()).some(
          ({ event }) => event.type === 'issued' && event.command.kind === 'set-weights',
        ),
      {
        timeout: 60_000,
        interval: 20,
      },
    )
    .toBe(true);
  began.child.kill('SIGKILL');
  expect((await began.ended).exit).toBeNull();
  const resumed = await twoAtOnce('cutover', '--resume');
  expect((await resumed.ended).said.at(-1)).toMatchObject({ event: 'cutover.ended', outcome: 'completed' });
  const [one, other] = await Promise.all([shop.start(['finalize']).ended, shop.start(['finalize']).ended]);
  expect([one.exit, other.exit].sort()).toEqual([0, 6]);

  const all = await records();
  expect(new Set(actors(all)).size).toBe(3);
  expect([began.child.pid, resumed.child.pid]).toEqual(actors(all).slice(0, 2));
  expect(all.filter(({ event }) => event.type === 'started').length).toBe(1);
  expect([...new Set(all.map(({ token }) => token))]).toEqual([1, 2, 3]);
  shop.load.stop();
  const { totals, lost } = await shop.load.finished;
  expect(lost).toEqual([]);
  expect(totals.answered).toBeGreaterThan(1_000);
}, 170_000);
