import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import { groupKindOf } from '../../lib/migration/inventory/names.ts';

export const syncWave = 'argocd.argoproj.io/sync-wave';

/** Kinds that are healthy only once their pods are: they wait for no other of these. */
const withPods = new Set([
  'Deployment.apps',
  'StatefulSet.apps',
  'DaemonSet.apps',
  'ReplicaSet.apps',
  'ReplicationController',
  'Pod',
  // One that waits for its first pod is never healthy before, and that pod may be a service's.
  'PersistentVolumeClaim',
  'Job.batch',
  'CronJob.batch',
  'HorizontalPodAutoscaler.autoscaling',
  'Ingress.networking.k8s.io',
  'Configuration.serving.knative.dev',
  'Route.serving.knative.dev',
  'Service.serving.knative.dev',
]);

/** The wave in which Argo CD applies an object: numbered as in the manifests of a fleet, so that both fit together. */
export function syncWaveOf(object: KubeObject): number {
  const kind = groupKindOf(object);
  if (kind === 'Namespace') return 1;
  if (kind === 'DomainMapping.serving.knative.dev') return 5;
  return withPods.has(kind) ? 4 : 2;
}
