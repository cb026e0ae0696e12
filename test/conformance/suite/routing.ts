import { beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { type ConformanceCluster, namespace, patience } from '../conformance-cluster.ts';
import { echoOf } from './answers.ts';
import { bounds } from './chance.ts';
import { type Answer, ask, askMany, until } from './client.ts';
import { conditionOf, deploy, hostOf, readService, serviceOf } from './services.ts';

const scaling = { 'min-scale': '1' };
const from = (target: string) => (answer: Answer) => answer.body.startsWith(`${target} `);

export function routing(cluster: () => ConformanceCluster): void {
  describe('a split', () => {
    let service: KubeObject;

    beforeAll(async () => {
      await deploy(cluster(), 'split', { env: { TARGET: 'one' }, scaling });
      service = await deploy(cluster(), 'split', {
        env: { TARGET: 'two' },
        scaling,
        traffic: [
          { revisionName: 'split-00001', percent: 80 },
          { latestRevision: true, percent: 20, tag: 'next' },
        ],
      });
    }, 2 * patience.ready);

    it('stands in the status, with an address for its tag', () => {
      expect(service.status?.traffic).toEqual([
        { latestRevision: false, percent: 80, revisionName: 'split-00001' },
        {
          latestRevision: true,
          percent: 20,
          revisionName: 'split-00002',
          tag: 'next',
          url: `http://next-${hostOf(service)}`,
        },
      ]);
    });

    it('of 80 and 20 arrives as that', async () => {
      const answers = await askMany(cluster().gateway, 1000, { host: hostOf(service) });
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      const [least, most] = bounds(1000, 0.2);
      const two = answers.filter(from('two')).length;
      expect(two).toBeGreaterThanOrEqual(least);
      expect(two).toBeLessThanOrEqual(most);
      expect(answers.filter(from('one')).length).toBe(1000 - two);
    });

    it('leads to one revision by its tag', async () => {
      const answers = await askMany(cluster().gateway, 50, { host: hostOf(service, 'next') });
      expect(answers.every(from('two'))).toBe(true);
    });

    it('pays no attention to a tag in a header, which is a feature that is off', async () => {
      const headers = { 'Knative-Serving-Tag': 'next' };
      const answers = await askMany(cluster().gateway, 400, { host: hostOf(service), headers });
      const [least, most] = bounds(400, 0.2);
      const two = answers.filter(from('two')).length;
      expect(two).toBeGreaterThanOrEqual(least);
      expect(two).toBeLessThanOrEqual(most);
    });

    it('that names a revision which is not there is told, and what was there before goes on', async () => {
      const wrong = {
        env: { TARGET: 'two' },
        scaling,
        traffic: [{ revisionName: 'split-00099', percent: 100 }],
      };
      await cluster().port.apply(serviceOf(cluster(), 'split', wrong));
      const told = await until('the route says so', patience.ready, async () => {
        const found = await readService(cluster(), 'split');
        return conditionOf(found, 'RoutesReady')?.status === 'False' ? found : undefined;
      });
      expect(conditionOf(told, 'RoutesReady')?.reason).toBe('RevisionMissing');
      expect(conditionOf(told, 'Ready')?.status).toBe('False');
      expect((await ask(cluster().gateway, { host: hostOf(service) })).status).toBe(200);
    });

    it('goes back to the first revision whole', async () => {
      const back = await deploy(cluster(), 'split', {
        env: { TARGET: 'two' },
        scaling,
        traffic: [{ revisionName: 'split-00001', percent: 100 }],
      });
      const host = hostOf(back);
      await until('the gateways know', patience.ready, async () =>
        (await askMany(cluster().gateway, 40, { host })).every(from('one')),
      );
      expect((await askMany(cluster().gateway, 100, { host })).every(from('one'))).toBe(true);
      // Without its tag the other address is nobody's.
      const tagged = { host: hostOf(service, 'next') };
      await until('the tag is gone', patience.ready, async () =>
        (await ask(cluster().gateway, tagged)).status === 404 ? true : undefined,
      );
    });
  });

  describe('a host', () => {
    it('of its own leads to a service, and the container sees it', async () => {
      const service = await deploy(cluster(), 'mapped', { scaling });
      const host = 'mapped.conformance.test';
      await cluster().port.apply({
        apiVersion: 'networking.internal.knative.dev/v1alpha1',
        kind: 'ClusterDomainClaim',
        metadata: { name: host },
        spec: { namespace },
      });
      const mapping = { apiVersion: 'serving.knative.dev/v1beta1', kind: 'DomainMapping' };
      await cluster().port.apply({
        ...mapping,
        metadata: { name: host, namespace },
        spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'mapped' } },
      });
      await until('the mapping is ready', patience.ready, async () => {
        const found = await cluster().port.get({ ...mapping, name: host, namespace });
        return conditionOf(found, 'Ready')?.status === 'True';
      });
      const answer = await until('the gateways know', patience.ready, async () => {
        const found = await ask(cluster().gateway, { host, path: '/echo' });
        return found.status === 200 ? found : undefined;
      });
      const { host: seen, headers, revision } = echoOf(answer);
      expect([seen, revision, headers['k-original-host']]).toEqual([host, 'mapped-00001', undefined]);
      expect((await ask(cluster().gateway, { host: hostOf(service) })).status).toBe(200);
    });

    it('of a service for the cluster alone is nobody from outside', async () => {
      const service = await deploy(cluster(), 'private', {
        scaling,
        labels: { 'networking.knative.dev/visibility': 'cluster-local' },
      });
      expect(service.status?.url).toBe(`http://private.${namespace}.svc.cluster.local`);
      expect((await ask(cluster().gateway, { host: hostOf(service) })).status).toBe(404);
    });
  });
}
