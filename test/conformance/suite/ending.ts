import { describe, expect, it } from 'vitest';
import { type LoadRun, startLoad } from '../../../lib/rehearsal/load/index.ts';
import { type ConformanceCluster, patience } from '../conformance-cluster.ts';
import { askAll, askMany, until } from './client.ts';
import { deployDirect } from './direct.ts';
import { deploy, hostOf, podsOf } from './services.ts';

/** An open load on one host, with a time for each answer that nothing but a loss exceeds. */
const loadOn = (cluster: ConformanceCluster, host: string): LoadRun =>
  startLoad({
    address: cluster.gateway,
    rate: 40,
    seed: 20_261_124,
    maxDurationMs: patience.ready,
    targets: [
      { service: host, host, path: '/?ANSWER_MS=20', weight: 1, expectedStatus: 200, deadlineMs: 20_000 },
    ],
  });

/** Lets a load go on until so many more requests were answered. */
const goOn = async (load: LoadRun, more: number): Promise<void> => {
  const before = load.snapshot().totals.answered;
  await until(
    'the load goes on',
    patience.ready,
    async () => load.snapshot().totals.answered >= before + more,
  );
};

export function ending(cluster: () => ConformanceCluster): void {
  describe('under load', () => {
    it('an update loses nothing, and what was under way ends where it began', async () => {
      const scaling = { 'min-scale': '2' };
      const service = await deploy(cluster(), 'updated', { env: { TARGET: 'old' }, scaling });
      const host = hostOf(service);
      const load = loadOn(cluster(), host);
      await goOn(load, 80);
      const long = askAll(cluster().gateway, 10, { host, path: '/?ANSWER_MS=6000' });
      await goOn(load, 20);
      await deploy(cluster(), 'updated', { env: { TARGET: 'new' }, scaling });
      await until('the gateways know', patience.ready, async () =>
        (await askMany(cluster().gateway, 20, { host })).every(({ body }) => body.startsWith('new ')),
      );
      await goOn(load, 80);
      load.stop();
      const { totals, lost } = await load.finished;
      expect({ lost: totals.lost, first: lost[0] }).toEqual({ lost: 0, first: undefined });
      const answers = await long;
      expect(answers.map(({ status, complete }) => [status, complete])).toEqual(
        new Array(10).fill([200, true]),
      );
      expect(new Set(answers.map(({ body }) => body.split(' ')[1]))).toEqual(new Set(['updated-00001']));
    });

    it('a pod that is taken away finishes what it has, and nothing is lost', async () => {
      const service = await deployDirect(cluster(), 'drained');
      const host = hostOf(service);
      const load = loadOn(cluster(), host);
      await goOn(load, 40);
      const before = await podsOf(cluster(), 'drained-00001');
      expect(before.length).toBeGreaterThanOrEqual(2);
      const long = askAll(cluster().gateway, 10, { host, path: '/?ANSWER_MS=5000' });
      await goOn(load, 20);
      for (const pod of before) await cluster().port.remove(pod);
      const answers = await long;
      expect(answers.map(({ status, complete }) => [status, complete])).toEqual(
        new Array(10).fill([200, true]),
      );
      const old = new Set(before.map(({ metadata }) => metadata.name));
      for (const { headers } of answers)
        expect(old.has(String(headers['x-served-by']).split(' ')[1] ?? '')).toBe(true);
      await goOn(load, 40);
      load.stop();
      const { totals, lost } = await load.finished;
      expect({ lost: totals.lost, first: lost[0] }).toEqual({ lost: 0, first: undefined });
    });
  });
}
