// The room's door is for those who make manifests, and waves are not theirs to number.
import { syncWave, syncWaveOf } from '../constructs/migration/waves.ts';
import type { KubeObject } from '../lib/clusters/cluster-port.ts';

const hook = 'argocd.argoproj.io/hook';

/** Waves of Argo CD: each waits until the one before is healthy. Those of what people deploy come after the installation's. */
function waveOf(object: KubeObject, component: string): number {
  const { kind } = object;
  if (kind === 'CustomResourceDefinition') return 0;
  if (component === 'services') return syncWaveOf(object);
  if (kind === 'Namespace') return 1;
  return kind === 'Deployment' ? 3 : 2;
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
      metadata: { ...metadata, annotations: { ...metadata.annotations, [syncWave]: wave } },
    };
  });
}
