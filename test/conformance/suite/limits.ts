import { describe, expect, it } from 'vitest';
import type { ConformanceCluster } from '../conformance-cluster.ts';
import { askAll } from './client.ts';
import { deployDirect } from './direct.ts';
import { deploy, hostOf } from './services.ts';

const one = { 'min-scale': '1', 'max-scale': '1' };

export function limits(cluster: () => ConformanceCluster): void {
  describe('a limit of concurrent requests', () => {
    it('holds, and the activator keeps the others until there is room', async () => {
      const service = await deploy(cluster(), 'limited', {
        concurrency: 1,
        scaling: { ...one, 'target-burst-capacity': '-1' },
      });
      const answers = await askAll(cluster().gateway, 30, {
        host: hostOf(service),
        path: '/?ANSWER_MS=50',
      });
      expect(answers.map(({ status }) => status)).toEqual(new Array(30).fill(200));
      expect(new Set(answers.map(({ headers }) => headers['x-concurrency']))).toEqual(new Set(['1']));
      // One after the other.
      expect(Math.max(...answers.map(({ took }) => took))).toBeGreaterThan(30 * 50);
    });

    it('beyond it and ten times as many that wait, a pod refuses at once', async () => {
      const service = await deployDirect(cluster(), 'refusing');
      const answers = await askAll(cluster().gateway, 30, {
        host: hostOf(service),
        path: '/?ANSWER_MS=500',
      });
      const refused = answers.filter(({ status }) => status === 503);
      expect([answers.filter(({ status }) => status === 200).length, refused.length]).toEqual([11, 19]);
      expect(new Set(refused.map(({ body }) => body))).toEqual(new Set(['pending request queue full\n']));
      // It came from the pod, and while the first was still under way.
      expect(refused.every(({ headers }) => headers['x-envoy-upstream-service-time'])).toBe(true);
      expect(Math.max(...refused.map(({ took }) => took))).toBeLessThan(500);
    });

    it('without one a pod takes a hundred at once', async () => {
      const service = await deploy(cluster(), 'unlimited', { scaling: one });
      const answers = await askAll(cluster().gateway, 100, {
        host: hostOf(service),
        path: '/?ANSWER_MS=1000',
      });
      expect(answers.map(({ status }) => status)).toEqual(new Array(100).fill(200));
      const most = Math.max(...answers.map(({ headers }) => Number(headers['x-concurrency'])));
      expect(most).toBeGreaterThan(20);
    });
  });
}
