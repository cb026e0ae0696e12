import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { cutoversUnderWay } from '../../lib/cutover/cutover-directory.ts';
import { cutoverFiles, findNewestPlan, savePlan } from '../../lib/cutover/index.ts';
import type { JournalEvent } from '../../lib/cutover/journal-event.ts';
import { sealPlan } from '../../lib/cutover/plan.ts';
import { runCutover } from '../../lib/cutover/runner.ts';
import { type CutoverStore, openStore, takeFleetLease } from '../../lib/cutover/store.ts';
import type { TrafficPort } from '../../lib/traffic/traffic-port.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { temporaryDirectories } from './temporary-directory.ts';

const me = { user: 'me', host: hostname(), pid: process.pid };
const other = { user: 'other', host: 'elsewhere', pid: 1 };
const entered = (step: string): JournalEvent => ({ type: 'step-entered', step });
const plan = { fleet: 'shop', id: 'shop-blue-green-20260101T000000Z' };
const ended = { type: 'ended', outcome: 'rolled-back' } as const;

/**
 * The same for every store: what it is made of must not be felt.
 * @param fresh gives a new state, as `--state` names it
 */
export const storeSuite = (name: string, fresh: () => Promise<string>): unknown =>
  describe(`a store in ${name}`, () => {
    const directory = temporaryDirectories();
    const at = (state: string, id = plan.id): CutoverStore =>
      openStore(state, { ...plan, id }, cutoverFiles(state, { ...plan, id }));
    const steps = async (store: CutoverStore): Promise<string[]> =>
      (await store.readRecords()).map(({ event }) =>
        event.type === 'step-entered' ? event.step : event.type,
      );

    it('gives back what was written, as it was written, and goes on after it', async () => {
      const store = at(await fresh());
      expect(await store.readRecords()).toEqual([]);
      const first = await store.openJournal(1);
      const failure = { code: 'a', message: 'é “x”', retry: true };
      const inMemory = [
        await first.append({ type: 'failed', command: 'sample', region: 'r', failure }, 5, 1),
        await first.append(entered('a'), 6, 1),
      ];
      await first.close();
      const second = await store.openJournal(2);
      expect(second.records).toEqual(inMemory);
      await second.append(entered('b'), 7, 2);
      await second.close();
      const records = await store.readRecords();
      expect(records.map(({ seq, at, token }) => [seq, at, token])).toEqual([
        [0, 5, 1],
        [1, 6, 1],
        [2, 7, 2],
      ]);
      expect(records.map(({ prev }) => prev)).toEqual(['', records[0]?.hash, records[1]?.hash]);
    });

    it('keeps records and plans of any length, and many of them', async () => {
      const state = await fresh();
      const store = at(state);
      const journal = await store.openJournal(1);
      // More than an item of a table holds, and nothing that could be made much shorter.
      let seed = 1;
      const noise = Array.from({ length: 150_000 }, () => {
        seed = (seed * 48_271) % 2_147_483_647;
        return (seed % 36).toString(36);
      }).join('');
      const long = Array.from({ length: 5 }, (_, index) => `${index}${noise}`);
      for (const step of long) await journal.append(entered(step.repeat(4)), 1, 1);
      for (let i = 0; i < 40; i++) await journal.append(entered(`s${i}`), 1, 1);
      await journal.close();
      const read = await steps(store);
      expect(read.length).toBe(45);
      expect(read[4] === long[4]?.repeat(4)).toBe(true);
      expect(read.at(-1)).toBe('s39');
    });

    it('refuses who does not know what another one wrote, and an older token', async () => {
      const store = at(await fresh());
      const older = await store.openJournal(1);
      await older.append(entered('a'), 1_000, 1);
      const newer = await store.openJournal(2);
      await newer.append(entered('b'), 2_000, 2);
      const refused = { code: 'journal.older-token', exitCode: 6 };
      await expect(newer.append(entered('x'), 2_000, 1)).rejects.toMatchObject(refused);
      await expect(older.append(entered('x'), 2_000, 1)).rejects.toMatchObject(refused);
      await newer.append(entered('c'), 2_000, 2);
      await older.close();
      await newer.close();
      expect(await steps(store)).toEqual(['a', 'b', 'c']);
    });

    it('gives the lease to one of many takers, and its token grows', async () => {
      const store = at(await fresh());
      expect(await store.leaseHolder()).toBeUndefined();
      for (let round = 1; round <= 3; round++) {
        const settled = await Promise.allSettled(Array.from({ length: 5 }, () => store.takeLease(me)));
        const leases = settled.flatMap((taker) => (taker.status === 'fulfilled' ? [taker.value] : []));
        expect(leases.map(({ token }) => token)).toEqual([round]);
        for (const taker of settled)
          if (taker.status === 'rejected')
            expect(taker.reason).toMatchObject({ code: 'lease.held', exitCode: 6 });
        expect(await store.leaseHolder()).toEqual({ ...me, token: round });
        await leases[0]?.check();
        await leases[0]?.release();
        expect(await store.leaseHolder()).toBeUndefined();
      }
    });

    it('is taken over at once where the process is gone; who had it stops and harms nobody', async () => {
      const state = await fresh();
      const store = at(state);
      const gone = await store.takeLease({ ...me, pid: 2 ** 22 - 1 });
      expect(await store.leaseHolder()).toBeUndefined();
      const began = performance.now();
      const lease = await takeFleetLease(state, plan.fleet, me);
      expect(performance.now() - began).toBeLessThan(1_500);
      expect(lease.token).toBe(2);
      await expect(gone.check()).rejects.toMatchObject({ code: 'lease.lost', exitCode: 6 });
      await gone.release();
      await lease.check();
      await expect(store.takeLease(me)).rejects.toMatchObject({ code: 'lease.held' });
      await lease.release();
    });

    it('stops a holder that was paused and wakes up late before its next effect', async () => {
      const store = at(await fresh());
      const world = await new SimulatedWorld({ shares: [50, 100] }).settle();
      const made = await world.plan();
      const lease = await store.takeLease({ ...me, pid: 2 ** 22 - 1 });
      const journal = await store.openJournal(lease.token);
      let writes = 0;
      let taken = 0;
      const { traffic } = world.ports;
      const paused: TrafficPort = {
        ...traffic,
        status: () => traffic.status(made.acceleratorArn),
        // It sleeps between its look at the group and its write, and another one takes over meanwhile.
        readGroup: async (arn) => {
          const issued = (await store.readRecords()).at(-1)?.event;
          if (taken === 0 && issued?.type === 'issued' && issued.command.kind === 'set-weights')
            taken = (await store.takeLease(me)).token;
          return traffic.readGroup(arn);
        },
        writeGroup: async (arn, endpoints) => {
          writes++;
          return traffic.writeGroup(arn, endpoints);
        },
      };
      const run = runCutover(
        { plan: made, journal, lease, mailbox: store.mailbox, ports: { ...world.ports, traffic: paused } },
        { type: 'started', plan: made.digest, by: me },
      );
      await expect(run).rejects.toMatchObject({ code: 'lease.lost', exitCode: 6 });
      expect([taken, writes]).toEqual([2, 0]);
      const last = (await store.readRecords()).at(-1)?.event;
      expect(last).toMatchObject({ type: 'issued', command: { kind: 'set-weights' } });
    });

    it('keeps commands from elsewhere until they are done, oldest first', async () => {
      const { mailbox } = at(await fresh());
      expect(await mailbox.read()).toEqual([]);
      await mailbox.send({ command: 'rollback', by: other }, 2_000);
      await mailbox.send({ command: 'rollback', by: me }, 1_000);
      const mails = await mailbox.read();
      expect(mails.map(({ mail }) => mail.by.user)).toEqual(['me', 'other']);
      await mails[0]?.done();
      await mails[0]?.done();
      expect((await mailbox.read()).map(({ mail }) => mail.by)).toEqual([other]);
    });

    it('knows which cutovers are under way, and which plan is meant', async () => {
      const state = await fresh();
      // With a table, copies of the plans are written where the command runs.
      const { digest, ...made } = await (await new SimulatedWorld().settle()).plan();
      const of = (time: string) => sealPlan({ ...made, fleet: plan.fleet, id: `shop-blue-green-${time}` });
      const [first, second] = [of('20260101T000000Z'), of('20260102T000000Z')];
      const here = process.cwd();
      process.chdir(await directory());
      try {
        expect(await findNewestPlan(state, plan.fleet)).toBeUndefined();
        await savePlan(state, first);
        await savePlan(state, second);
        await savePlan(state, second);
        const changed = sealPlan({ ...made, fleet: plan.fleet, id: first.id, createdAt: 'later' });
        await expect(savePlan(state, changed)).rejects.toMatchObject({ code: 'plan.exists' });
        expect((await findNewestPlan(state, plan.fleet))?.plan).toEqual(second);
        expect(await cutoversUnderWay(state, plan.fleet)).toEqual([]);
        const journal = await at(state, first.id).openJournal(1);
        await journal.append({ type: 'started', plan: first.digest, by: me }, 1, 1);
        expect(await at(state).underWay()).toEqual([first.id]);
        expect((await findNewestPlan(state, plan.fleet))?.plan).toEqual(first);
        await journal.append(ended, 2, 1);
        await journal.close();
        expect(await cutoversUnderWay(state, plan.fleet)).toEqual([]);
        expect(await findNewestPlan(state, 'another')).toBeUndefined();
      } finally {
        process.chdir(here);
      }
    });
  });
