import { beforeAll, describe, expect, it } from 'vitest';
import { type ConformanceCluster, patience } from '../conformance-cluster.ts';
import { askAll, until } from './client.ts';
import { conditionOf, deploy, hostOf, isAtZero, podsOf, readService } from './services.ts';

const name = 'sleeper';
const revision = `${name}-00001`;
const startupMs = 1000;

/** Asked for before everything else: it falls asleep while the rest of the suite runs. */
export const layToSleep = (cluster: ConformanceCluster) =>
  deploy(cluster, name, { env: { STARTUP_MS: String(startupMs) } });

export function zero(cluster: () => ConformanceCluster): void {
  describe('a service without requests', () => {
    beforeAll(
      () => until(`${revision} has no pod`, patience.zero, () => isAtZero(cluster(), revision)),
      patience.zero + 1000,
    );

    it('goes to zero and stays ready', async () => {
      const service = await readService(cluster(), name);
      expect(conditionOf(service, 'Ready')?.status).toBe('True');
      expect(service?.status?.traffic).toEqual([
        { latestRevision: true, percent: 100, revisionName: revision },
      ]);
    });

    it('answers each of a hundred that come at once, as soon as a pod has started', async () => {
      const service = await readService(cluster(), name);
      if (service === undefined) throw new Error(`${name} is gone`);
      const answers = await askAll(cluster().gateway, 100, { host: hostOf(service) });
      expect(answers.map(({ status, complete }) => [status, complete])).toEqual(
        new Array(100).fill([200, true]),
      );
      expect(Math.min(...answers.map(({ took }) => took))).toBeGreaterThan(startupMs - 50);
      expect((await podsOf(cluster(), revision)).length).toBeGreaterThan(0);
    });
  });
}
