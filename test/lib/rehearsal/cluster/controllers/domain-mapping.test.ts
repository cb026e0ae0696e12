import { expect, it } from 'vitest';
import { condition, knative, ksvc, setConfig, startTestCluster } from '../test-cluster.ts';

const mapping = (name: string, namespace = 'default', ref = 'hello') => ({
  apiVersion: 'serving.knative.dev/v1beta1',
  kind: 'DomainMapping',
  metadata: { name, namespace },
  spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: ref } },
});

it('a DomainMapping leads its host where the service leads, also when it came before the service', async () => {
  const { store, dataPlane, pass } = startTestCluster();
  store.create(knative.mappings, mapping('shop.example.org'));
  await pass(1);
  expect(condition(store.get(knative.mappings, 'default', 'shop.example.org'), 'ReferenceResolved')).toBe(
    'False ResolveFailed',
  );
  store.create(knative.services, ksvc('hello'));
  await pass(1);
  const stored = store.get(knative.mappings, 'default', 'shop.example.org');
  expect(stored?.status.url).toBe('http://shop.example.org');
  expect(condition(stored, 'Ready')).toBe('True');
  expect(store.get(knative.claims, undefined, 'shop.example.org')?.spec.namespace).toBe('default');
  expect(dataPlane.routes.get('shop.example.org')).toEqual(
    dataPlane.routes.get('hello.default.example.test'),
  );
  store.delete(knative.mappings, 'default', 'shop.example.org');
  await pass(1);
  expect(store.list(knative.mappings)).toEqual([]);
  expect(store.list(knative.claims)).toEqual([]);
  expect(dataPlane.routes.has('shop.example.org')).toBe(false);
});

it('a domain belongs to one namespace, and must be claimed first where mappings may not do so', async () => {
  const { store, pass } = startTestCluster();
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } });
  store.create(knative.services, ksvc('hello'));
  store.create(knative.mappings, mapping('a.example.org'));
  await pass(1);
  store.create(knative.mappings, mapping('a.example.org', 'other'));
  await pass(1);
  const state = (namespace: string, name: string) =>
    condition(store.get(knative.mappings, namespace, name), 'DomainClaimed');
  expect(state('other', 'a.example.org')).toBe('False DomainAlreadyClaimed');
  setConfig(store, 'config-network', { 'ingress-class': 'kourier.ingress.networking.knative.dev' });
  store.create(knative.mappings, mapping('b.example.org'));
  await pass(1);
  expect(state('default', 'b.example.org')).toBe('False DomainAlreadyClaimed');
  store.create(knative.claims, {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ClusterDomainClaim',
    metadata: { name: 'b.example.org' },
    spec: { namespace: 'default' },
  });
  await pass(1);
  expect(condition(store.get(knative.mappings, 'default', 'b.example.org'), 'Ready')).toBe('True');
});

it('hosts follow the domain and the templates of the configuration', async () => {
  const { store, dataPlane, pass } = startTestCluster();
  store.create(knative.services, ksvc('hello'));
  await pass(1);
  setConfig(store, 'config-domain', { 'fleet.test': '' });
  await pass(1);
  expect([...dataPlane.routes.keys()]).toEqual(['hello.default.fleet.test']);
  expect(store.get(knative.services, 'default', 'hello')?.status.url).toBe('http://hello.default.fleet.test');
  setConfig(store, 'config-network', {
    'ingress-class': 'kourier.ingress.networking.knative.dev',
    'domain-template': '{{.Name}}-{{.Namespace}}.{{.Domain}}',
  });
  await pass(1);
  expect([...dataPlane.routes.keys()]).toEqual(['hello-default.fleet.test']);
  setConfig(store, 'config-domain', {});
  await pass(1);
  expect([...dataPlane.routes.keys()]).toEqual([]);
  expect(store.get(knative.services, 'default', 'hello')?.status.url).toBe(
    'http://hello.default.svc.cluster.local',
  );
});
