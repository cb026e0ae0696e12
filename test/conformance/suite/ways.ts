import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { type ConformanceCluster, patience } from '../conformance-cluster.ts';
import { echoOf } from './answers.ts';
import { ask } from './client.ts';
import { deployDirect } from './direct.ts';
import { deploy, hostOf } from './services.ts';

/** Both ways of a request: through the activator, as long as a revision may need it, and straight to a pod. */
export function ways(cluster: () => ConformanceCluster): void {
  describe.each(['activator', 'pods'] as const)('by way of the %s', (way) => {
    let service: KubeObject;
    const name = `by-${way}`;
    const timeoutSeconds = 1;
    const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
      ask(cluster().gateway, { host: hostOf(service), path, headers });

    beforeAll(async () => {
      service =
        way === 'pods'
          ? await deployDirect(cluster(), 'by-pods')
          : await deploy(cluster(), name, {
              timeoutSeconds,
              scaling: { 'min-scale': '1', 'target-burst-capacity': '-1' },
            });
    }, patience.ready);

    it('the container learns who passed a request on, and nothing of the revision that it was for', async () => {
      const { headers } = echoOf(await get('/echo'));
      expect(headers['x-forwarded-proto']).toBe('http');
      expect(headers['x-forwarded-for']?.split(', ')).toHaveLength(way === 'pods' ? 1 : 2);
      expect(headers.forwarded).toMatch(way === 'pods' ? /^proto=http$/ : /^for=[^;]+;proto=http$/);
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['k-proxy-request']).toBe(way === 'pods' ? undefined : 'activator');
      for (const gone of ['knative-serving-revision', 'knative-serving-namespace', 'k-original-host'])
        expect([gone, headers[gone]]).toEqual([gone, undefined]);
    });

    it('what a client says of where it comes from is kept, and of the revision it is for is not', async () => {
      const { headers, revision } = echoOf(
        await get('/echo', {
          'X-Forwarded-For': '203.0.113.9',
          Forwarded: 'for=203.0.113.9',
          'X-Request-Id': 'mine',
          'Knative-Serving-Revision': 'hello-00001',
          'Knative-Serving-Namespace': 'elsewhere',
        }),
      );
      expect(revision).toBe(`${name}-00001`);
      expect(headers['x-forwarded-for']).toMatch(/^203\.0\.113\.9, /);
      expect(headers).toMatchObject({ forwarded: 'for=203.0.113.9', 'x-request-id': 'mine' });
      expect(headers['knative-serving-revision']).toBeUndefined();
    });

    it('an answer that does not begin in time is a 504', async () => {
      const answer = await get('/?ANSWER_MS=4000');
      expect([answer.status, answer.complete]).toEqual([504, true]);
      expect(answer.body).toMatch(/^(activator )?request timeout$/);
      expect(answer.took).toBeGreaterThan(950);
      expect(answer.took).toBeLessThan(3500);
    });

    it('an answer that does not end in time ends then, with a text behind what came before', async () => {
      const answer = await get('/stream?chunks=60&every=100');
      expect([answer.status, answer.complete]).toEqual([200, true]);
      expect(answer.body).toMatch(/^1\n2\n3\n[\d\n]*(activator )?request timeout$/);
      expect(answer.took).toBeGreaterThan(950);
      expect(answer.took).toBeLessThan(3500);
    });

    it('an answer just in time is whole', async () => {
      const answer = await get('/?ANSWER_MS=500&ANSWER_BYTES=100000');
      expect([answer.status, answer.body.length]).toEqual([200, 100_000]);
    });
  });
}
