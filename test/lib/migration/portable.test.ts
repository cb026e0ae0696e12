import { expect, it } from 'vitest';
import { portable } from '../../../lib/migration/portable.ts';

it('leaves behind what only the first cluster knows, and nothing else', () => {
  const template = { metadata: { annotations: { 'autoscaling.knative.dev/max-scale': '5' } } };
  const object = {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: 'cart',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '7',
      generation: 3,
      creationTimestamp: '2026-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 0,
      finalizers: ['f'],
      managedFields: [{}],
      ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'x' }],
      labels: {
        team: 'a',
        'serving.knative.dev/configurationGeneration': '3',
        'serving.knative.dev/serviceUID': 'u',
      },
      annotations: {
        'serving.knative.dev/creator': 'me',
        'serving.knative.dev/lastModifier': 'me',
        'kubectl.kubernetes.io/last-applied-configuration': '{}',
        'serving.knative.dev/rollout-duration': '30s',
      },
    },
    spec: { template },
    status: { url: 'http://cart.shop.example.com' },
  };
  expect(portable(object)).toEqual({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: 'cart',
      namespace: 'shop',
      labels: { team: 'a' },
      annotations: { 'serving.knative.dev/rollout-duration': '30s' },
    },
    spec: { template },
  });
});

it.each([
  ['a Namespace', { kind: 'Namespace', spec: { finalizers: ['kubernetes'] } }, {}],
  [
    'a Service that has an address',
    {
      kind: 'Service',
      spec: {
        type: 'LoadBalancer',
        clusterIP: '10.0.0.7',
        clusterIPs: ['10.0.0.7'],
        healthCheckNodePort: 31000,
        ports: [{ port: 80, nodePort: 30080 }],
      },
    },
    { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } },
  ],
  [
    'a headless Service',
    { kind: 'Service', spec: { clusterIP: 'None', clusterIPs: ['None'] } },
    { spec: { clusterIP: 'None' } },
  ],
  [
    'a Service whose node port was asked for',
    { kind: 'Service', spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] } },
    { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] } },
  ],
  [
    'an account with a token of its cluster',
    { kind: 'ServiceAccount', secrets: [{ name: 'a-token-x7f2p' }, { name: 'mine' }], imagePullSecrets: [] },
    { secrets: [{ name: 'mine' }], imagePullSecrets: [] },
  ],
  [
    'a claim',
    { kind: 'PersistentVolumeClaim', spec: { volumeName: 'pv-1', storageClassName: 'gp3' } },
    { spec: { storageClassName: 'gp3' } },
  ],
  [
    'a Job',
    {
      apiVersion: 'batch/v1',
      kind: 'Job',
      spec: {
        selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': 'u' } },
        template: { metadata: { labels: { 'controller-uid': 'u', app: 'a' } }, spec: {} },
      },
    },
    { spec: { template: { metadata: { labels: { app: 'a' } }, spec: {} } } },
  ],
])('leaves behind what a cluster fills in: %s', (_, given, expected) => {
  const object = { apiVersion: 'v1', metadata: { name: 'a' }, ...given };
  const { apiVersion, kind, metadata, ...rest } = portable(object);
  expect(rest).toEqual(expected);
});
