import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../clusters/cluster-port.ts';
import { apiVersionOf, generatedName, hasGeneration, timestamp } from './object-rules.ts';
import type { ResourceDefinition } from './resource-definition.ts';
import { refuse } from './status-error.ts';

/** The object with other metadata fields; undefined takes a field away. */
export const withMetadata = (object: KubeObject, fields: Record<string, unknown>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, ...fields } as KubeObject['metadata'],
});

export const finalizersOf = (object: KubeObject): readonly string[] =>
  Array.isArray(object.metadata.finalizers) ? (object.metadata.finalizers as string[]) : [];

/** The name that an object asks for; made up where it gives only a prefix. */
export function nameFor(object: KubeObject): string {
  const { name, generateName } = object.metadata ?? {};
  if (typeof name === 'string' && name !== '') return name;
  return typeof generateName === 'string' && generateName !== '' ? generatedName(generateName) : '';
}

/** What a client asks to create, with the fields that only the server sets. */
export function newObject(
  definition: ResourceDefinition,
  object: KubeObject,
  name: string,
  namespace: string | undefined,
  now: Date,
): KubeObject {
  const asked: KubeObject = {
    ...object,
    apiVersion: object.apiVersion ?? apiVersionOf(definition),
    kind: object.kind ?? definition.kind,
    ...(definition.status ? { status: undefined } : {}),
  };
  return withMetadata(asked, {
    name,
    namespace,
    uid: randomUUID(),
    creationTimestamp: timestamp(now),
    generation: hasGeneration(definition) ? 1 : undefined,
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
    selfLink: undefined,
  });
}

/** What no update can change. Undefined counts: what the object never had, an update cannot give it. */
export function keptMetadata(old: KubeObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp } = old.metadata;
  const { deletionTimestamp, deletionGracePeriodSeconds, generateName } = old.metadata;
  return {
    name,
    namespace,
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    deletionTimestamp,
    deletionGracePeriodSeconds,
    generateName,
    selfLink: undefined,
  };
}

/** @throws StatusError `Conflict` when the object is not the one that was meant */
export function checkPreconditions(
  resource: string,
  object: KubeObject,
  wanted: { readonly uid?: string; readonly resourceVersion?: string },
): void {
  for (const [field, label] of [
    ['uid', 'UID'],
    ['resourceVersion', 'ResourceVersion'],
  ] as const) {
    if (wanted[field] === undefined || wanted[field] === object.metadata[field]) continue;
    const why = `Precondition failed: ${label} in precondition: ${wanted[field]}, ${label} in object meta: ${object.metadata[field]}`;
    throw refuse.conflict(resource, object.metadata.name, why);
  }
}

/** @throws StatusError `Invalid` when an object that is going gets something more to wait for */
export function checkFinalizers(definition: ResourceDefinition, old: KubeObject, next: KubeObject): void {
  if (old.metadata.deletionTimestamp === undefined) return;
  const added = finalizersOf(next).filter((finalizer) => !finalizersOf(old).includes(finalizer));
  if (added.length === 0) return;
  const message = `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`;
  throw refuse.invalid(definition.group, definition.kind, next.metadata.name, [
    { reason: 'FieldValueForbidden', field: 'metadata.finalizers', message },
  ]);
}
