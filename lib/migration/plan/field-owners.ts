import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Fields, isFields, namesOf, type Path, type Step, stepInto } from './paths.ts';

/** Reads who wrote which field, as the API server keeps it in `managedFields`. */

interface Entry {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  /** @default - the object itself */
  readonly subresource?: string;
  readonly fields: Fields;
}

/** Applies what a migration makes. */
export const fieldManager = 'zeroshift';

function entriesOf({ metadata }: KubeObject): Entry[] {
  const entries = Array.isArray(metadata.managedFields) ? metadata.managedFields : [];
  return entries.filter(isFields).map(({ manager, operation, apiVersion, subresource, fieldsV1 }) => ({
    manager: String(manager ?? ''),
    operation: String(operation ?? ''),
    apiVersion: String(apiVersion ?? ''),
    ...(typeof subresource === 'string' && subresource !== '' ? { subresource } : {}),
    fields: isFields(fieldsV1) ? fieldsV1 : {},
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether the key that a list's item has in `managedFields` is that of this item. A field that it leaves out may be a default. */
function isItem(key: string, item: unknown, index: number): boolean {
  const value = parsed(key.slice(2));
  if (key.startsWith('i:')) return value === index;
  if (key.startsWith('v:')) return JSON.stringify(value) === JSON.stringify(item);
  if (!key.startsWith('k:') || !isFields(value) || !isFields(item)) return false;
  return Object.entries(value).every(([field, part]) => item[field] === undefined || item[field] === part);
}

/** Whether there is nothing in it, so that what comes into it is nobody's yet. */
const isEmpty = (value: unknown): boolean => isFields(value) && Object.keys(value).length === 0;

/** Whether these fields hold what a path leads to. A field without any below it stands for all of them. */
function covers(fields: Fields, live: unknown, [step, ...rest]: Path): boolean {
  if (step === undefined) return true;
  if (isEmpty(fields)) return !isEmpty(live);
  const inner = stepInto(live, step);
  const key =
    typeof step === 'string'
      ? `f:${step}`
      : Object.keys(fields).find((one) => isItem(one, inner, Array.isArray(live) ? live.indexOf(inner) : -1));
  const below = key === undefined ? undefined : fields[key];
  return isFields(below) && covers(below, inner, rest);
}

/** Who wrote a field besides zeroshift, and through which subresource. */
export function ownersOf(
  live: KubeObject,
  path: Path,
): { readonly manager: string; readonly subresource?: string }[] {
  return entriesOf(live)
    .filter(({ manager, subresource }) => manager !== fieldManager && subresource !== 'status')
    .filter(({ fields }) => Object.keys(fields).length > 0 && covers(fields, live, path))
    .map(({ manager, subresource }) => ({ manager, ...(subresource === undefined ? {} : { subresource }) }));
}

/** What zeroshift applied once and does not say any more: an apply takes it away, unless somebody else has it too. */
export function droppedPaths(live: KubeObject, want: KubeObject): Path[] {
  return entriesOf(live)
    .filter(
      ({ manager, operation, apiVersion, subresource }) =>
        manager === fieldManager &&
        operation === 'Apply' &&
        subresource === undefined &&
        apiVersion === want.apiVersion,
    )
    .flatMap(({ fields }) => dropped(fields, live, want, []))
    .filter((path) => ownersOf(live, path).length === 0);
}

function dropped(fields: Fields, live: unknown, want: unknown, path: Path): Path[] {
  return Object.entries(fields).flatMap(([key, below]): Path[] => {
    const found = stepOf(key, live);
    if (found === undefined) return [];
    const { step, inner } = found;
    const asked =
      typeof step === 'string'
        ? stepInto(want, step)
        : Array.isArray(want)
          ? want.find((item, index) => isItem(key, item, index))
          : undefined;
    if (asked === undefined || asked === null) return [[...path, step]];
    // A field that is applied as a whole does not tell what was in it: more than is asked for would go.
    if (isEmpty(below)) return surplus(inner, asked, [...path, step]);
    return isFields(below) ? dropped(below, inner, asked, [...path, step]) : [];
  });
}

const isNothing = (value: unknown): boolean =>
  value === null || isEmpty(value) || (Array.isArray(value) && value.length === 0);

/** What is in `live` and not in `want`. Lists of other lengths differ anyway. */
function surplus(live: unknown, want: unknown, path: Path): Path[] {
  if (Array.isArray(live) && Array.isArray(want)) {
    const named = namesOf(live) !== undefined && namesOf(want) !== undefined;
    if (!named && live.length !== want.length) return [];
    return live.flatMap((item: unknown, index) => {
      const step = named && isFields(item) ? { name: String(item.name) } : index;
      const asked = stepInto(want, step);
      return asked === undefined ? [[...path, step]] : surplus(item, asked, [...path, step]);
    });
  }
  if (!isFields(live) || !isFields(want)) return [];
  return Object.entries(live).flatMap(([key, value]) => {
    const asked = stepInto(want, key);
    if (asked === undefined || asked === null) return isNothing(value) ? [] : [[...path, key]];
    return surplus(value, asked, [...path, key]);
  });
}

/** The step that a key of `managedFields` is; undefined where it leads nowhere in the live object. */
function stepOf(key: string, live: unknown): { readonly step: Step; readonly inner: unknown } | undefined {
  if (key.startsWith('f:')) {
    const step = key.slice(2);
    const inner = stepInto(live, step);
    return inner === undefined ? undefined : { step, inner };
  }
  if (!key.startsWith('k:') || !Array.isArray(live)) return undefined;
  const index = live.findIndex((item, at) => isItem(key, item, at));
  if (index < 0) return undefined;
  const inner: unknown = live[index];
  return isFields(inner) && typeof inner.name === 'string'
    ? { step: { name: inner.name }, inner }
    : { step: index, inner };
}
