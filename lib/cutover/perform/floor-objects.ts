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

/** Other writers of a PodAutoscaler are many: so often it is tried again when one was faster. */
const attempts = 8;

/**
 * Gives an object this floor, or takes it away with null; one that is gone needs none. The write names the version that was
 * looked at: one that comes late, from a process that has lost its lease meanwhile, changes nothing then.
 */
export async function annotate(
  cluster: ClusterPort,
  reference: Reference,
  value: string | null,
  found?: KubeObject,
): Promise<void> {
  let object = found ?? (await cluster.get(reference));
  for (let attempt = 1; object !== undefined && (leastOf(object) ?? null) !== value; attempt++) {
    const { resourceVersion } = object.metadata;
    try {
      await cluster.patch(reference, { metadata: { resourceVersion, annotations: { [minScale]: value } } });
      return;
    } catch (error) {
      const code = ZeroshiftError.is(error) ? error.code : undefined;
      const mayGoOn = code === 'cluster.refused' || (code === 'cluster.conflict' && attempt < attempts);
      if (!mayGoOn) throw error;
      object = await cluster.get(reference);
      // It may have gone between the look and the write; what is there and refuses goes on refusing.
      if (code === 'cluster.refused' && object !== undefined) throw error;
    }
  }
}

/** For a moment on an object, and on none for longer. */
export const touched = 'zeroshift.dev/touched';

/**
 * Puts an object's floor back. Where it is what it was, the object is written all the same, so that a write that is still on
 * its way from a process that has lost its lease finds another version than it looked at.
 */
export async function putBack(
  cluster: ClusterPort,
  reference: Reference,
  value: string | null,
): Promise<void> {
  const object = await cluster.get(reference);
  if (object === undefined) return;
  if ((leastOf(object) ?? null) !== value) return annotate(cluster, reference, value, object);
  for (const mark of ['', null])
    try {
      await cluster.patch(reference, { metadata: { annotations: { [touched]: mark } } });
    } catch (error) {
      if (!ZeroshiftError.is(error) || error.code !== 'cluster.refused') throw error;
      if ((await cluster.get(reference)) !== undefined) throw error;
    }
  // It may have landed in between.
  await annotate(cluster, reference, value);
}
