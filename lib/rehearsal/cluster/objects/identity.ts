import type { KubeObject } from '../../../clusters/cluster-port.ts';

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

export const isBeingDeleted = (object: KubeObject): boolean =>
  object.metadata.deletionTimestamp !== undefined;
