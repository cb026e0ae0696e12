import type { ClusterPort, KubeObject, Reference } from '../../clusters/cluster-port.ts';
import { ZeroshiftError } from '../../messages/error.ts';

/** Requests to one API server at a time, as elsewhere. */
export const requestsAtOnce = 8;

export const minScale = 'autoscaling.knative.dev/min-scale';
export const maxScale = 'autoscaling.knative.dev/max-scale';

export const serviceKind = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' };
export const revisionKind = { apiVersion: 'serving.knative.dev/v1', kind: 'Revision' };
export const scalerKind = {
  apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
  kind: 'PodAutoscaler',
};

export const leastOf = (object: KubeObject | undefined): string | undefined =>
  object?.metadata.annotations?.[minScale];

/** Pods of a revision that are ready. */
export const readyPods = (scaler: KubeObject | undefined): number =>
  Math.max(0, scaler?.status?.actualScale ?? 0);

/** Gives an object this floor, or takes it away with null; one that is gone needs none. */
export async function annotate(
  cluster: ClusterPort,
  reference: Reference,
  value: string | null,
  found?: KubeObject,
): Promise<void> {
  const object = found ?? (await cluster.get(reference));
  if (object === undefined || (leastOf(object) ?? null) === value) return;
  try {
    await cluster.patch(reference, { metadata: { annotations: { [minScale]: value } } });
  } catch (error) {
    // It may have gone between the look and the write.
    const refused = error instanceof ZeroshiftError && error.code === 'cluster.refused';
    if (!refused || (await cluster.get(reference)) !== undefined) throw error;
  }
}
