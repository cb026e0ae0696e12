import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/store.ts';

export type StringMap = Readonly<Record<string, string>>;

/** `namespace/name`; for what is in no namespace `/name`. */
export const keyOf = (object: KubeObject): string =>
  `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

export function splitKey(key: string): { namespace: string | undefined; name: string } {
  const slash = key.indexOf('/');
  return { namespace: slash > 0 ? key.slice(0, slash) : undefined, name: key.slice(slash + 1) };
}

/** The owner reference that makes `owner` the controller of a child. */
export const controllerOf = (owner: KubeObject) => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

export const isControlledBy = (child: KubeObject, owner: KubeObject): boolean =>
  (child.metadata.ownerReferences ?? []).some(
    (reference) => reference.controller === true && reference.uid === owner.metadata.uid,
  );

/** Key of the controlling owner, if it is of this kind: what a watch on children enqueues. */
export const ownerKey =
  (kind: string) =>
  (child: KubeObject): string[] =>
    (child.metadata.ownerReferences ?? [])
      .filter((reference) => reference.controller === true && reference.kind === kind)
      .map((reference) => `${child.metadata.namespace ?? ''}/${reference.name}`);

/** Key from a label that names the object to reconcile. */
export const labelKey =
  (label: string) =>
  (object: KubeObject): string[] => {
    const name = object.metadata.labels?.[label];
    return name === undefined ? [] : [`${object.metadata.namespace ?? ''}/${name}`];
  };

/** The entries whose key is kept. */
export const filterMap = (
  map: StringMap | undefined,
  keep: (key: string) => boolean,
): Record<string, string> => Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keep(key)));

export const isBeingDeleted = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined;

/** Text that is equal for equal values, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A short, stable hash of a value: what tells templates apart. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 10);

/** Equal as JSON: an undefined field is an absent one. */
export const sameJson = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(a, b) || canonicalJson(a ?? null) === canonicalJson(b ?? null);

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

/** The time as Kubernetes writes it. */
export const timestamp = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;

/** The API server refused with this reason, such as `Conflict`. */
export const isReason = (error: unknown, reason: string): boolean =>
  error instanceof Error && 'reason' in error && error.reason === reason;
