import { createHash } from 'node:crypto';
import type { KubeObject } from '../../clusters/index.ts';
import { fieldsOf } from '../../validation/fields.ts';
import { isChild } from '../inventory/fate.ts';
import { groupKindOf, keyOf, keyText, listOf } from '../inventory/names.ts';
import { isFinished } from '../inventory/roles.ts';
import { fieldManager } from '../plan/field-owners.ts';

/** What controllers write on objects again and again, and no migration looks at. */
const restless = new Set(['control-plane.alpha.kubernetes.io/leader', 'deployment.kubernetes.io/revision']);

/** Whether its controller has not seen yet what it says, so that its revisions are not there. */
export function isSettling(object: KubeObject): boolean {
  if (!groupKindOf(object).endsWith('.serving.knative.dev')) return false;
  return fieldsOf(object.status).observedGeneration !== object.metadata.generation;
}

/** What of a status says what has to move: which revisions serve, and which images they were resolved to. */
function tellingStatus(object: KubeObject): unknown {
  const kind = groupKindOf(object);
  if (kind === 'Job.batch') return isFinished(object);
  if (!kind.endsWith('.serving.knative.dev')) return undefined;
  const {
    latestReadyRevisionName,
    latestCreatedRevisionName,
    traffic,
    containerStatuses,
    initContainerStatuses,
  } = fieldsOf(object.status);
  return [
    isSettling(object),
    latestReadyRevisionName,
    latestCreatedRevisionName,
    traffic,
    containerStatuses,
    initContainerStatuses,
  ];
}

const shortDigest = (value: unknown): string =>
  createHash('sha1').update(JSON.stringify(value)).digest('base64url').slice(0, 12);

/** What an object looks like to a migration: what it says, and what its status tells. Of bare metadata, the version. */
interface Look {
  readonly said: string;
  readonly told: string;
}

function lookOf(object: KubeObject, metadataOnly: boolean): Look {
  const { metadata, status: _status, apiVersion: _version, kind: _kind, ...rest } = object;
  if (metadataOnly) return { said: metadata.resourceVersion ?? '', told: '' };
  const { uid, labels = {}, annotations = {}, ownerReferences, deletionTimestamp } = metadata;
  const kept = Object.entries(annotations).filter(([key]) => !restless.has(key));
  const told = tellingStatus(object);
  return {
    said: shortDigest([rest, uid, labels, kept, ownerReferences, deletionTimestamp]),
    told: told === undefined ? '' : shortDigest(told),
  };
}

/** Whether the last who wrote an object, its status aside, was a migration. */
export function isOurs({ metadata }: KubeObject): boolean {
  const entries = listOf(metadata.managedFields).filter(({ subresource }) => subresource !== 'status');
  const latest = entries.reduce(
    (last, { time }) => (String(time ?? '') > last ? String(time ?? '') : last),
    '',
  );
  const writers = entries.filter(({ time }) => String(time ?? '') === latest);
  return writers.length > 0 && writers.every(({ manager }) => manager === fieldManager);
}

/** What of one cluster was seen last, by name: so that only what matters counts as a change. Keeps digests only. */
export class Sightings {
  readonly #looks = new Map<string, Look>();

  has(name: string): boolean {
    return this.#looks.has(name);
  }

  /**
   * Whether it is otherwise than it was seen last: in what it says, or only in what its status tells. What another object
   * made does not count.
   */
  changed(object: KubeObject, metadataOnly: boolean): 'said' | 'told' | undefined {
    if (isChild(object)) return undefined;
    const name = keyText(keyOf(object));
    const look = lookOf(object, metadataOnly);
    const last = this.#looks.get(name);
    if (last?.said === look.said && last.told === look.told) return undefined;
    this.#looks.set(name, look);
    return last?.said === look.said ? 'told' : 'said';
  }

  /** Whether it had been seen. */
  gone(object: KubeObject): boolean {
    return this.#looks.delete(keyText(keyOf(object)));
  }
}
