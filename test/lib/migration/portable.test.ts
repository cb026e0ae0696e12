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
