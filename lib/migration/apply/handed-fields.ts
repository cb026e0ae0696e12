import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, fieldsOf } from '../../validation/fields.ts';

/** Whose fields are whose once a migration lets go of them: pure, from `metadata.managedFields`. */

/** In whose name a migration writes. */
const ours = 'zeroshift';

const entriesOf = ({ metadata }: KubeObject): Fields[] =>
  Array.isArray(metadata.managedFields) ? metadata.managedFields.map(fieldsOf) : [];

const isWhole = ({ subresource }: Fields): boolean => subresource === undefined || subresource === '';
const isOurs = (entry: Fields): boolean => entry.manager === ours && isWhole(entry);

/** Whether there is something to let go of. */
export const holdsFields = (object: KubeObject): boolean =>
  entriesOf(object).some((entry) => isOurs(entry) && !isKeeper(entry));

const isLeaf = (fields: Fields): boolean => Object.keys(fields).length === 0;

/** The fields that are in both trees. A field without any below it stands for all of them. */
function common(one: Fields, other: Fields): Fields {
  return Object.fromEntries(
    Object.keys(one)
      .filter((key) => Object.hasOwn(other, key))
      .flatMap((key): [string, Fields][] => {
        const [left, right] = [fieldsOf(one[key]), fieldsOf(other[key])];
        if (isLeaf(left)) return [[key, right]];
        if (isLeaf(right)) return [[key, left]];
        const both = common(left, right);
        return isLeaf(both) ? [] : [[key, both]];
      }),
  );
}

function united(one: Fields, other: Fields): Fields {
  const both = { ...one };
  for (const [key, fields] of Object.entries(other))
    both[key] = Object.hasOwn(both, key) ? united(fieldsOf(both[key]), fieldsOf(fields)) : fields;
  return both;
}

/** Owns what nobody can change. */
const nothing = { 'f:metadata': { 'f:creationTimestamp': {} } };

/**
 * Left where nobody else owns anything: of an object that has no owners at all the API server would make one of its own
 * for all fields with the next apply, which would then be refused.
 */
const keeper = (entry: Fields): Fields => ({ ...entry, operation: 'Update', fieldsV1: nothing });
const isKeeper = ({ fieldsV1 }: Fields): boolean => JSON.stringify(fieldsV1) === JSON.stringify(nothing);

/**
 * `metadata.managedFields` without ours: our fields go to those who own them on the source, so that their next
 * deployment does here what it would do there, and to nobody where that is not known.
 * @param source the object that it came from. @default - not known
 */
export function handedOver(object: KubeObject, source?: KubeObject): Fields[] {
  const entries = entriesOf(object);
  const own = entries.filter(isOurs);
  const fields = own.map(({ fieldsV1 }) => fieldsOf(fieldsV1)).reduce(united, {});
  const others = entries.filter((entry) => !isOurs(entry));
  const given = (source === undefined ? [] : entriesOf(source))
    .filter((entry) => isWhole(entry) && entry.manager !== ours)
    // Fields are named by the version in which they were written.
    .filter(({ apiVersion }) => own.some((one) => one.apiVersion === apiVersion))
    .map((entry) => ({ ...entry, fieldsV1: common(fieldsOf(entry.fieldsV1), fields) }))
    .filter(({ fieldsV1 }) => !isLeaf(fieldsV1));
  const next = others.reduce((all: readonly Fields[], entry) => withEntry(all, entry), given);
  const [first] = own;
  return next.length > 0 || first === undefined ? [...next] : [keeper(first)];
}

const identity = ({ manager, operation, apiVersion, subresource = '' }: Fields): string =>
  JSON.stringify([manager, operation, apiVersion, subresource]);

/** A manager that is in it already gets the fields besides those that it has. */
const withEntry = (entries: readonly Fields[], entry: Fields): Fields[] => {
  const known = entries.find((one) => identity(one) === identity(entry));
  if (known === undefined) return [...entries, entry];
  const fieldsV1 = united(fieldsOf(known.fieldsV1), fieldsOf(entry.fieldsV1));
  return entries.map((one) => (one === known ? { ...entry, fieldsV1 } : one));
};
