import { describe, expect, it } from 'vitest';
import { condition, knative, ksvc, replaceSpec, startTestCluster } from '../test-cluster.ts';

describe('a Knative Service', () => {
  it('becomes Ready through its children, and its host leads to its revision', async () => {
    const { store, dataPlane, pass, errors } = startTestCluster();
    store.create(knative.services, ksvc('hello', { env: { TARGET: 'blue' }, concurrency: 3 }));
    await pass(1);
    const service = store.get(knative.services, 'default', 'hello');
    expect(errors).toEqual([]);
    expect(service?.status).toMatchObject({
      observedGeneration: 1,
      latestCreatedRevisionName: 'hello-00001',
      latestReadyRevisionName: 'hello-00001',
      url: 'http://hello.default.example.test',
      address: { url: 'http://hello.default.svc.cluster.local' },
      traffic: [{ revisionName: 'hello-00001', percent: 100, latestRevision: true }],
    });
    expect(
      service?.status.conditions.map((c: { type: string; status: string }) => `${c.type}=${c.status}`),
    ).toEqual(['ConfigurationsReady=True', 'Ready=True', 'RoutesReady=True']);
    expect(service?.metadata.annotations).toMatchObject({
      'serving.knative.dev/creator': 'kubernetes-admin',
      'serving.knative.dev/lastModifier': 'kubernetes-admin',
    });
    const revision = store.get(knative.revisions, 'default', 'hello-00001');
    expect(revision?.metadata.labels).toMatchObject({
      'serving.knative.dev/configuration': 'hello',
      'serving.knative.dev/configurationGeneration': '1',
      'serving.knative.dev/service': 'hello',
      'serving.knative.dev/routingState': 'active',
    });
    expect(revision?.status.containerStatuses[0].imageDigest).toMatch(
      /^example\.com\/hello@sha256:[0-9a-f]{64}$/,
    );
    expect(
      ['ResourcesAvailable', 'ContainerHealthy', 'Ready'].map((type) => condition(revision, type)),
    ).toEqual(['True', 'True', 'True']);
    expect(dataPlane.routes.get('hello.default.example.test')).toEqual({
      splits: [{ revision: 'default/hello-00001', percent: 100 }],
    });
    const [pod] = dataPlane.running('default/hello-00001');
    expect(pod?.spec).toMatchObject({ containerConcurrency: 3, timeoutMs: 300_000, service: 'hello' });
    expect(pod?.spec.app.target).toBe('blue');
    expect(dataPlane.revisions.get('default/hello-00001')?.pods).toEqual([pod?.address]);
  });

  it('moves traffic to a new revision only once that is Ready, and gives the old one up', async () => {
    const { store, dataPlane, pass } = startTestCluster({ 'config-autoscaler': fast });
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    dataPlane.holdReadiness();
    replaceSpec(store, ksvc('hello', { image: 'example.com/hello:v2' }));
    await pass(5);
    const splits = (): unknown => dataPlane.routes.get('hello.default.example.test')?.splits;
    expect(splits()).toEqual([{ revision: 'default/hello-00001', percent: 100 }]);
    const service = store.get(knative.services, 'default', 'hello');
    expect(service?.status).toMatchObject({
      latestCreatedRevisionName: 'hello-00002',
      latestReadyRevisionName: 'hello-00001',
    });
    expect(condition(service, 'Ready')).toMatch(/^Unknown/);
  });

  it('splits traffic as it is told, with a host for each tag', async () => {
    const { store, dataPlane, pass } = startTestCluster({ 'config-autoscaler': fast });
    store.create(knative.services, ksvc('hello'));
    await pass(1);
    const traffic = [
      { revisionName: 'hello-00001', percent: 90 },
      { latestRevision: true, percent: 10, tag: 'canary' },
    ];
    replaceSpec(store, ksvc('hello', { image: 'example.com/hello:v2', traffic }));
    await pass(1);
    const splitsOf = (host: string) => dataPlane.routes.get(host)?.splits;
    expect(splitsOf('hello.default.example.test')).toEqual([
      { revision: 'default/hello-00001', percent: 90 },
      { revision: 'default/hello-00002', percent: 10 },
    ]);
    expect(splitsOf('canary-hello.default.example.test')).toEqual([
      { revision: 'default/hello-00002', percent: 100 },
    ]);
    expect(store.get(knative.services, 'default', 'hello')?.status.traffic[1]).toEqual({
      revisionName: 'hello-00002',
      percent: 10,
      latestRevision: true,
      tag: 'canary',
      url: 'http://canary-hello.default.example.test',
    });
    replaceSpec(store, ksvc('hello', { image: 'example.com/hello:v2' }));
    await pass(1);
    expect(splitsOf('canary-hello.default.example.test')).toBeUndefined();
    expect(store.get('services', 'default', 'canary-hello')).toBeUndefined();
    const old = store.get(knative.revisions, 'default', 'hello-00001');
    expect(old?.metadata.labels?.['serving.knative.dev/routingState']).toBe('reserve');
    await pass(30);
    expect(dataPlane.running('default/hello-00001')).toEqual([]);
    expect(condition(store.get(knative.services, 'default', 'hello'), 'Ready')).toBe('True');
  });

  it('takes everything along when it is deleted', async () => {
    const { store, dataPlane, pass } = startTestCluster();
    store.create(
      knative.services,
      ksvc('hello', { annotations: { 'autoscaling.knative.dev/min-scale': '2' } }),
    );
    await pass(3);
    expect(dataPlane.running('default/hello-00001')).toHaveLength(2);
    store.delete(knative.services, 'default', 'hello');
    await pass(3);
    for (const resource of [...Object.values(knative), 'pods', 'services'])
      expect(store.list(resource, { namespace: 'default' })).toEqual([]);
    expect(dataPlane.pods.every((pod) => pod.stopped)).toBe(true);
    expect([dataPlane.routes.size, dataPlane.revisions.size]).toEqual([0, 0]);
  });

  it('comes to rest: nothing is written while nothing happens', async () => {
    const { store, pass } = startTestCluster();
    store.create(
      knative.services,
      ksvc('hello', { annotations: { 'autoscaling.knative.dev/min-scale': '1' } }),
    );
    await pass(10);
    const { resourceVersion } = store;
    await pass(120);
    expect(store.resourceVersion).toBe(resourceVersion);
  });

  it('waits for the configuration that its container needs, and says what is missing', async () => {
    const { store, dataPlane, pass } = startTestCluster();
    const service = ksvc('hello');
    service.spec.template.spec.containers[0].env = [
      { name: 'TARGET', valueFrom: { secretKeyRef: { name: 'who', key: 'name' } } },
    ];
    store.create(knative.services, service);
    await pass(2);
    expect(store.list('pods')[0]?.status.containerStatuses[0].state.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'secret "who" not found',
    });
    expect(condition(store.get(knative.services, 'default', 'hello'), 'Ready')).toMatch(/^Unknown/);
    const data = { name: Buffer.from('blue').toString('base64') };
    store.create('secrets', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'who', namespace: 'default' },
      data,
    });
    await pass(2);
    expect(condition(store.get(knative.services, 'default', 'hello'), 'Ready')).toBe('True');
    expect(dataPlane.pods[0]?.spec.app.target).toBe('blue');
  });

  it('says of a pod that it cannot run what its variables ask for', async () => {
    const { store, pass } = startTestCluster();
    store.create(knative.services, ksvc('hello', { env: { ANSWER_MS: 'soon' } }));
    await pass(2);
    expect(store.list('pods')[0]?.status.containerStatuses[0].state.waiting.reason).toBe('RunContainerError');
  });
});

const fast = {
  'stable-window': '6s',
  'scale-to-zero-grace-period': '4s',
  'target-burst-capacity': '0',
};
