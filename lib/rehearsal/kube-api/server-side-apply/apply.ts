import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { shapesOf } from '../field-shapes.ts';
import type { Fields } from '../json-value.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import { refuse, type StatusCause, StatusError } from '../status-error.ts';
import { FieldSet, pathText } from './field-set.ts';
import {
  identity,
  type Manager,
  type Owners,
  type Ownership,
  readOwners,
  writeOwners,
} from './managed-fields.ts';
import { merged, pruned } from './merge.ts';
import { type Comparison, compare, ownedFields } from './structure.ts';

export interface ApplyRequest {
  readonly definition: ResourceDefinition;
  /** As it is; undefined where it does not exist yet. */
  readonly live: KubeObject | undefined;
  /** The applied configuration, without fields that this call may not own. */
  readonly applied: KubeObject;
  readonly manager: Manager;
  /** Take over what others own. */
  readonly force: boolean;
  /** RFC 3339, for `managedFields`. */
  readonly time: string;
}

/** Metadata that nobody owns: it names the object, or the server keeps it. */
const unowned = [
  'name',
  'namespace',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
  'uid',
  'generation',
  'resourceVersion',
  'managedFields',
];

/** The part of an object whose fields have owners. */
function ownable(object: KubeObject | undefined): Fields {
  if (object === undefined) return {};
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = object;
  const kept = Object.entries(metadata).filter(([field]) => !unowned.includes(field));
  return kept.length === 0 ? rest : { ...rest, metadata: Object.fromEntries(kept) };
}

/** The ownable part put back into the object that it came from. */
function whole(base: KubeObject, fields: Fields, managedFields: unknown[] | undefined): KubeObject {
  const { metadata, ...rest } = fields;
  const identityFields = Object.entries(base.metadata).filter(([field]) => unowned.includes(field));
  return {
    apiVersion: base.apiVersion,
    kind: base.kind,
    metadata: {
      ...(metadata as Fields | undefined),
      ...Object.fromEntries(identityFields),
      managedFields,
    } as unknown as KubeObject['metadata'],
    ...rest,
  };
}

/**
 * Server-side apply: the live object with the configuration merged into it. What the manager applied before, drops now
 * and nobody else owns is removed; a value that another manager owns and this one would change is a conflict.
 * @throws StatusError `Conflict` with a cause for each field, `BadRequest` for lists without their keys
 */
export function apply(request: ApplyRequest): KubeObject {
  const { live, applied, manager, force } = request;
  const shapes = shapesOf(request.definition);
  const before = readOwners(live);
  const key = identity(manager);
  const config = ownable(applied);
  const fields = ownedFields(config, shapes);
  const last = before.get(key)?.fields ?? FieldSet.empty;
  const owners = new Map(before).set(key, { manager, fields, time: request.time });
  const laid = merged(ownable(live), config, [], shapes) as Fields;
  const owned = [...owners.values()].reduce((all, owner) => all.union(owner.fields), FieldSet.empty);
  const next = pruned(laid, last.difference(fields), owned, shapes);
  const settled = settle(owners, key, compare(ownable(live), next, shapes), force);
  return whole(live ?? applied, next, writeOwners(settled, before));
}

/** Takes from the other managers what this change takes from them, or refuses it. */
function settle(
  owners: Owners,
  mine: string,
  { added, modified, removed }: Comparison,
  force: boolean,
): Owners {
  const changed = modified.union(added);
  const causes: StatusCause[] = [];
  const settled = new Map<string, Ownership>();
  for (const [key, ownership] of owners) {
    if (key === mine) {
      settled.set(key, ownership);
      continue;
    }
    const conflicts = ownership.fields.intersection(changed);
    for (const path of conflicts.paths()) {
      causes.push({
        reason: 'FieldManagerConflict',
        message: `conflict with ${managerText(ownership)}`,
        field: pathText(path),
      });
    }
    settled.set(key, { ...ownership, fields: ownership.fields.difference(conflicts).difference(removed) });
  }
  if (causes.length > 0 && !force) throw refuse.applyConflict(causes);
  return settled;
}

function managerText({ manager, time }: Ownership): string {
  const through = manager.subresource === undefined ? '' : ` with subresource "${manager.subresource}"`;
  const name = `${JSON.stringify(manager.name)}${through}`;
  return manager.operation === 'Apply' ? name : `${name} using ${manager.apiVersion} at ${time}`;
}

export interface UpdateRequest {
  readonly definition: ResourceDefinition;
  readonly live: KubeObject | undefined;
  /** The object as the client wants it. */
  readonly next: KubeObject;
  readonly manager: Manager;
  readonly time: string;
}

/** An ordinary write (create, update, patch): the writer owns what it changed, and others no longer do. */
export function trackUpdate(request: UpdateRequest): KubeObject {
  const { live, next, manager } = request;
  const shapes = shapesOf(request.definition);
  const key = identity(manager);
  const before = readOwners(live);
  // A client may hand in managed fields of its own, to migrate owners, or a single empty entry to forget them.
  const given = next.metadata.managedFields;
  const start = Array.isArray(given) && given.length > 0 ? readOwners(next) : before;
  let settled: Owners;
  try {
    // Every object has metadata: nobody owns that it is there.
    const [from, to] = [live, next].map((object) => ({ metadata: {}, ...ownable(object) }));
    const { added, modified, removed } = compare(from ?? {}, to ?? {}, shapes);
    settled = settle(start, key, { added, modified, removed }, true);
    const fields = (settled.get(key)?.fields ?? FieldSet.empty)
      .difference(removed)
      .union(modified)
      .union(added);
    settled = new Map(settled).set(key, { manager, fields, time: request.time });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    // Lists without their keys cannot be tracked item by item; the write itself is not the tracker's to refuse.
    settled = start;
  }
  return whole(next, ownable(next), writeOwners(settled, before));
}
