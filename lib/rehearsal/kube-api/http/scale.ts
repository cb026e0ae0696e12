import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isFields } from '../json-value.ts';
import { refuse } from '../status-error.ts';
import { type Call, contentType, readValue } from './call.ts';
import type { Context } from './context.ts';
import type { Target } from './target.ts';
import { existing, patchValue, put } from './write.ts';

/** The `/scale` view of a workload. */
function scaleOf(workload: KubeObject): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = workload.metadata;
  const labels = Object.entries(workload.spec?.selector?.matchLabels ?? {});
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp } as KubeObject['metadata'],
    spec: { replicas: workload.spec?.replicas ?? 1 },
    status: {
      replicas: workload.status?.replicas ?? 0,
      selector: labels.map(([key, value]) => `${key}=${value}`).join(','),
    },
  };
}

/** GET, PUT and PATCH of `/scale`: reads or sets the number of replicas. */
export async function scale(context: Context, call: Call, target: Target): Promise<KubeObject> {
  if (!target.definition.scale) throw refuse.unknownPath();
  if (call.method === 'GET') return scaleOf(existing(context, target));
  const body = await readValue(call, false);
  const live = existing(context, target);
  const wanted = call.method === 'PUT' ? body : patchValue(scaleOf(live), body, contentType(call), target);
  const replicas = isFields(wanted) && isFields(wanted.spec) ? wanted.spec.replicas : undefined;
  if (!Number.isInteger(replicas) || Number(replicas) < 0) {
    throw refuse.badRequest('spec.replicas must be a whole number, 0 or more');
  }
  const version = isFields(wanted) && isFields(wanted.metadata) ? wanted.metadata.resourceVersion : undefined;
  const metadata = { ...live.metadata, resourceVersion: version || live.metadata.resourceVersion };
  const next = { ...live, metadata, spec: { ...live.spec, replicas } } as unknown as KubeObject;
  return scaleOf(put(context, call, target, live, next));
}
