import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../../lib/clusters/cluster-port.ts';
import type { Store } from '../../../../../lib/rehearsal/kube-api/index.ts';
import { condition, knative, startTestCluster } from '../test-cluster.ts';

const gateway = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: '3scale-kourier-gateway', namespace: 'kourier-system' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: '3scale-kourier-gateway' } },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    template: {
      metadata: { labels: { app: '3scale-kourier-gateway' } },
      spec: {
        terminationGracePeriodSeconds: 10,
        containers: [
          { name: 'kourier-gateway', image: 'envoy', ports: [{ name: 'stats', containerPort: 9000 }] },
        ],
      },
    },
  },
};

const deployed = (store: Store): KubeObject => {
  const found = store.get(knative.deployments, 'kourier-system', '3scale-kourier-gateway');
  if (found === undefined) throw new Error('there is no gateway');
  return found;
};

/** What `kubectl rollout status` calls finished. */
const rolledOut = ({ metadata, spec, status }: KubeObject): boolean =>
  status.observedGeneration === metadata.generation &&
  status.updatedReplicas === spec.replicas &&
  status.replicas === status.updatedReplicas &&
  status.availableReplicas === status.updatedReplicas;

it('runs the sample app of a plain Deployment as a worker, and lets it end before it is gone', async () => {
  const { store, pass } = startTestCluster();
  const env = [
    { name: 'TARGET', value: 'worker' },
    { name: 'STARTUP_MS', value: '50' },
    { name: 'SHUTDOWN_MS', value: '150' },
  ];
  const labels = { app: 'worker' };
  store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const worker = store.create(knative.deployments, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'worker', namespace: 'shop' },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app', env }] } },
    },
  });
  const pods = () => store.list('pods', { namespace: 'shop' });
  await pass(1);
  expect(pods().map((pod) => condition(pod, 'Ready'))).toEqual(['True']);
  const now = store.get(knative.deployments, 'shop', 'worker') ?? worker;
  expect(now.status.readyReplicas).toBe(1);
  store.update(knative.deployments, { ...now, spec: { ...now.spec, replicas: 0 } });
  await pass(0.05);
  expect(pods().map(({ metadata }) => metadata.deletionTimestamp === undefined)).toEqual([false]);
  await pass(1);
  expect(pods()).toEqual([]);
});

it('rolls gateways one by one: never fewer than two take requests, and the old ones drain', async () => {
  const { store, dataPlane, pass } = startTestCluster();
  store.create(knative.deployments, gateway);
  await pass(1);
  expect(rolledOut(deployed(store))).toBe(true);
  const before = [...dataPlane.gateways.keys()];
  expect(before).toHaveLength(2);

  const fewest: number[] = [];
  store.watch('pods', () =>
    fewest.push(
      store
        .list('pods', { namespace: 'kourier-system' })
        .filter((pod) => pod.metadata.deletionTimestamp === undefined && condition(pod, 'Ready') === 'True')
        .length,
    ),
  );
  const stored = deployed(store);
  const template = {
    ...stored.spec.template,
    metadata: {
      ...stored.spec.template.metadata,
      annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-11-01T00:00:00Z' },
    },
  };
  store.update(knative.deployments, { ...stored, spec: { ...stored.spec, template } });
  expect(rolledOut(deployed(store))).toBe(false);
  await pass(5);
  expect(Math.min(...fewest)).toBe(2);
  expect(rolledOut(deployed(store))).toBe(true);
  expect(before.map((name) => dataPlane.gateways.get(name))).toEqual(['draining', 'draining']);
  await pass(10);
  expect(dataPlane.gateways.size).toBe(2);
  expect(store.list('pods', { namespace: 'kourier-system' })).toHaveLength(2);
});

it('a Deployment whose image means nothing here is available, without pods', async () => {
  const { store, pass } = startTestCluster();
  const { spec } = gateway;
  store.create(knative.deployments, {
    ...gateway,
    metadata: { name: 'activator', namespace: 'knative-serving' },
    spec: { ...spec, template: { ...spec.template, metadata: { labels: { app: 'activator' } } } },
  });
  await pass(1);
  const activator = store.get(knative.deployments, 'knative-serving', 'activator');
  expect(activator?.status).toMatchObject({ readyReplicas: 2, availableReplicas: 2, updatedReplicas: 2 });
  expect(condition(activator, 'Available')).toBe('True MinimumReplicasAvailable');
  expect(store.list('pods')).toEqual([]);
});
