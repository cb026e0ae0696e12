import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { isChild, judge } from '../../../../lib/migration/inventory/fate.ts';
import { isFinished, roleOf, Selectors } from '../../../../lib/migration/inventory/roles.ts';

const object = (kind: string, name: string, more: object = {}, metadata: object = {}): KubeObject => {
  const [version, type = ''] = kind.includes(' ') ? kind.split(' ') : ['v1', kind];
  return {
    apiVersion: version ?? 'v1',
    kind: type,
    metadata: { name, namespace: 'shop', ...metadata },
    ...more,
  };
};
const rbac = 'rbac.authorization.k8s.io/v1';
const outside = { namespace: undefined };
const owner = { ownerReferences: [{ apiVersion: 'x.example.com/v1', kind: 'X', name: 'x', uid: 'u' }] };

describe('what moves, and why the rest does not', () => {
  it.each<[string, KubeObject]>([
    ['moves', object('serving.knative.dev/v1 Service', 'cart')],
    ['moves', object('ConfigMap', 'settings')],
    ['moves', object('Secret', 'db', { type: 'Opaque' })],
    ['moves', object('ServiceAccount', 'cart')],
    ['cluster-own', object('ServiceAccount', 'default')],
    ['moves', object('ServiceAccount', 'default', { imagePullSecrets: [{ name: 'pull' }] })],
    [
      'moves',
      object('ServiceAccount', 'default', {}, { annotations: { 'eks.amazonaws.com/role-arn': 'a' } }),
    ],
    ['cluster-own', object('ConfigMap', 'kube-root-ca.crt')],
    ['cluster-own', object('Secret', 'default-token-x', { type: 'kubernetes.io/service-account-token' })],
    ['cluster-own', object('Service', 'kubernetes', {}, { namespace: 'default' })],
    ['moves', object('Service', 'kubernetes')],
    ['data', object('PersistentVolumeClaim', 'disk', { spec: { storageClassName: 'gp3' } })],
    [
      'cluster-own',
      object(
        `${rbac} ClusterRole`,
        'view',
        {},
        { ...outside, labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' } },
      ),
    ],
    ['cluster-own', object(`${rbac} ClusterRoleBinding`, 'system:basic-user', {}, outside)],
    ['moves', object(`${rbac} ClusterRole`, 'reader', {}, outside)],
    ['cluster-own', object('scheduling.k8s.io/v1 PriorityClass', 'system-node-critical', {}, outside)],
    ['moves', object('scheduling.k8s.io/v1 PriorityClass', 'high', {}, outside)],
    ['cluster-own', object('storage.k8s.io/v1 StorageClass', 'gp3', {}, outside)],
    ['system', object('ConfigMap', 'a', {}, { namespace: 'kube-system' })],
    ['system', object('Namespace', 'knative-serving', {}, outside)],
    ['being-deleted', object('ConfigMap', 'a', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
    ['made-by', object('ConfigMap', 'a', {}, owner)],
    ['eventing', object('eventing.knative.dev/v1 Trigger', 'orders')],
    ['eventing', object('sources.knative.dev/v1 PingSource', 'tick')],
    ['eventing', object('kafka.eventing.knative.dev/v1 KafkaChannel', 'c')],
    ['unknown-kind', object('example.com/v1 Widget', 'w')],
    [
      'finished',
      object('batch/v1 Job', 'once', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }),
    ],
    ['moves', object('batch/v1 Job', 'running', { status: { active: 1 } })],
  ])('%s: %o', (expected, given) => {
    const { fate, reason } = judge(given);
    expect(reason ?? fate).toBe(expected);
    expect(fate === 'moves').toBe(reason === undefined);
  });

  it('lists what pods need though something made it, and no workload that something made', () => {
    expect(isChild(object('apps/v1 Deployment', 'cart-00001-deployment', {}, owner))).toBe(true);
    expect(isChild(object('serving.knative.dev/v1 Route', 'cart', {}, owner))).toBe(true);
    expect(isChild(object('eventing.knative.dev/v1 Subscription', 's', {}, owner))).toBe(true);
    expect(isChild(object('serving.knative.dev/v1 Revision', 'cart-00001', {}, owner))).toBe(false);
    expect(isChild(object('Secret', 'user', {}, owner))).toBe(false);
    expect(isChild(object('apps/v1 Deployment', 'web'))).toBe(false);
  });
});

describe('how often a workload may run', () => {
  const pods = (labels: object) => ({ spec: { template: { metadata: { labels } } } });
  const selectors = new Selectors();
  selectors.add(object('Service', 'web', { spec: { selector: { app: 'web' } } }));
  // Selects nothing: it must not be taken for a Service that leads to all pods.
  selectors.add(object('Service', 'outside', { spec: { type: 'ExternalName' } }));
  it.each<[string, KubeObject]>([
    ['serving', object('apps/v1 Deployment', 'web', pods({ app: 'web', tier: 'a' }))],
    ['undecided', object('apps/v1 Deployment', 'consumer', pods({ app: 'consumer' }))],
    ['undecided', object('apps/v1 Deployment', 'web', pods({ app: 'web' }), { namespace: 'other' })],
    ['undecided', object('apps/v1 StatefulSet', 'web', pods({ app: 'web' }))],
    ['undecided', object('batch/v1 CronJob', 'web')],
    ['undecided', object('batch/v1 Job', 'web', pods({ app: 'web' }))],
    ['serving', object('serving.knative.dev/v1 Service', 'cart')],
    ['serving', object('Pod', 'bare', {}, { labels: { app: 'web' } })],
  ])('%s: %o', (expected, given) => {
    expect(roleOf(given, selectors)).toBe(expected);
  });

  it('knows a Job that has run, and one that failed for good', () => {
    const job = (type: string, status: string) =>
      object('batch/v1 Job', 'j', { status: { conditions: [{ type, status }] } });
    expect(
      [
        job('Complete', 'True'),
        job('Failed', 'True'),
        job('Complete', 'False'),
        job('Suspended', 'True'),
      ].map(isFinished),
    ).toEqual([true, true, false, false]);
  });
});
