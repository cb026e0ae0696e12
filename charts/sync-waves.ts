import type { KubeObject } from '../lib/clusters/cluster-port.ts';

const annotation = 'argocd.argoproj.io/sync-wave';
const hook = 'argocd.argoproj.io/hook';

/** Waves of Argo CD: each waits until the one before is healthy. What is not named goes with the settings. */
const waves = { definitions: 0, namespaces: 1, settings: 2, workloads: 3, services: 4, hosts: 5 } as const;

/**
 * Kinds whose health depends on pods. Among the fleet's own objects they go with the services: a claim that waits for its
 * first pod is never healthy before, and that pod may be a service's as well as a Deployment's.
 */
const withPods = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'Pod',
  'Job',
  'CronJob',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'Ingress',
]);

function waveOf({ apiVersion, kind }: KubeObject, component: string): number {
  if (kind === 'CustomResourceDefinition') return waves.definitions;
  if (kind === 'Namespace') return waves.namespaces;
  if (component === 'services' && withPods.has(kind)) return waves.services;
  if (kind === 'Deployment') return waves.workloads;
  if (apiVersion.startsWith('serving.knative.dev/'))
    return kind === 'DomainMapping' ? waves.hosts : waves.services;
  return waves.settings;
}

/**
 * The objects of a file with the wave in which Argo CD applies them: all in the same one, so that a webhook's
 * configuration never comes without the webhook. Hooks have their own time. @param component the folder of the file
 */
export function withSyncWave(objects: readonly KubeObject[], component: string): KubeObject[] {
  const wave = String(Math.max(...objects.map((object) => waveOf(object, component))));
  return objects.map((object) => {
    const { metadata } = object;
    if (metadata.annotations?.[hook] !== undefined) return object;
    return {
      ...object,
      metadata: { ...metadata, annotations: { ...metadata.annotations, [annotation]: wave } },
    };
  });
}
