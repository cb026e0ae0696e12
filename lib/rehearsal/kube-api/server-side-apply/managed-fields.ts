import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isFields } from '../json-value.ts';
import { refuse } from '../status-error.ts';
import { FieldSet } from './field-set.ts';

/** Who writes: a name together with how, and through which subresource. The same name by another way is another. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  /** @default '' the object itself */
  readonly subresource?: string;
}

/** What a manager owns, and since when. */
export interface Ownership {
  readonly manager: Manager;
  readonly fields: FieldSet;
  /** RFC 3339. */
  readonly time: string;
}

/** By the manager's identity. */
export type Owners = ReadonlyMap<string, Ownership>;

export const identity = (manager: Manager): string =>
  JSON.stringify([manager.name, manager.operation, manager.apiVersion, manager.subresource ?? '']);

/** @throws StatusError `BadRequest` where the field is not what the API server writes there */
export function readOwners(object: KubeObject | undefined): Owners {
  const entries = object?.metadata.managedFields;
  if (entries === undefined || entries === null) return new Map();
  if (!Array.isArray(entries)) throw refuse.badRequest('metadata.managedFields must be a list');
  const owners = new Map<string, Ownership>();
  for (const entry of entries) {
    // A single empty entry is how a client asks to forget all owners.
    if (!isFields(entry) || Object.keys(entry).length === 0) continue;
    const { manager: name, operation, apiVersion, time, fieldsV1, subresource } = entry;
    if (operation !== 'Apply' && operation !== 'Update') {
      throw refuse.badRequest(`metadata.managedFields has an unknown operation ${JSON.stringify(operation)}`);
    }
    const manager: Manager = {
      name: typeof name === 'string' ? name : '',
      operation,
      apiVersion: String(apiVersion),
      ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
    };
    const fields = FieldSet.fromFieldsV1(fieldsV1);
    if (!fields.isEmpty) owners.set(identity(manager), { manager, fields, time: String(time ?? '') });
  }
  return owners;
}

/** `metadata.managedFields`; undefined where nobody owns anything. An entry that says the same keeps its time. */
export function writeOwners(owners: Owners, before: Owners): unknown[] | undefined {
  const entries = [...owners.entries()].filter(([, { fields }]) => !fields.isEmpty);
  if (entries.length === 0) return undefined;
  const dated = entries.map(([key, ownership]) => {
    const old = before.get(key);
    return old?.fields.equals(ownership.fields) ? { ...ownership, time: old.time } : ownership;
  });
  dated.sort((left, right) => {
    if (left.time !== right.time) return left.time < right.time ? -1 : 1;
    return identity(left.manager) < identity(right.manager) ? -1 : 1;
  });
  return dated.map(({ manager, fields, time }) => ({
    manager: manager.name,
    operation: manager.operation,
    apiVersion: manager.apiVersion,
    time,
    fieldsType: 'FieldsV1',
    fieldsV1: fields.toFieldsV1(),
    ...(manager.subresource === undefined ? {} : { subresource: manager.subresource }),
  }));
}
