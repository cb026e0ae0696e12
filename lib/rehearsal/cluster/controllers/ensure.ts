import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/index.ts';
import { sameJson } from '../objects/index.ts';

/** Creates a child, or brings its spec, labels and annotations to what is wanted. Returns it as it now is. */
export function ensure(store: Store, resource: string, desired: KubeObject): KubeObject {
  const { namespace, name } = desired.metadata;
  const existing = store.get(resource, namespace, name);
  if (existing === undefined) return store.create(resource, desired);
  if (
    sameJson(existing.spec, desired.spec) &&
    sameJson(existing.metadata.labels ?? {}, desired.metadata.labels ?? {}) &&
    sameJson(existing.metadata.annotations ?? {}, desired.metadata.annotations ?? {})
  )
    return existing;
  return store.update(resource, {
    ...existing,
    metadata: {
      ...existing.metadata,
      labels: desired.metadata.labels ?? {},
      annotations: desired.metadata.annotations ?? {},
    },
    spec: desired.spec,
  });
}
