import type { FieldShapes } from '../field-shapes.ts';
import { same } from '../frozen.ts';
import { type Fields, isFields, own } from '../json-value.ts';
import { refuse } from '../status-error.ts';

const order = '$setElementOrder/';
const removal = '$deleteFromPrimitiveList/';
const retain = '$retainKeys';
const directive = '$patch';

const isDirective = (key: string): boolean =>
  key === directive || key === retain || key.startsWith(order) || key.startsWith(removal);

/**
 * Kubernetes' strategic merge patch: as a merge patch, but lists of a built-in kind are merged item by item, and
 * directives (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say more.
 * @throws StatusError `BadRequest` for a patch that makes no sense
 */
export function strategicMergePatch(document: unknown, patch: unknown, shapes: FieldShapes): unknown {
  if (!isFields(patch)) throw refuse.badRequest('a strategic merge patch is an object');
  return mergeFields(isFields(document) ? document : {}, patch, [], shapes);
}

function mergeFields(document: Fields, patch: Fields, path: readonly string[], shapes: FieldShapes): Fields {
  const asked = patch[directive];
  if (asked === 'replace') return plain(patch);
  if (asked === 'delete') return {};
  if (asked !== undefined && asked !== 'merge') {
    throw refuse.badRequest(`unknown ${directive} ${JSON.stringify(asked)}`);
  }
  const merged: Fields = retained(document, patch[retain]);
  for (const [key, value] of Object.entries(patch)) {
    if (isDirective(key)) continue;
    if (value === null) delete merged[key];
    else merged[key] = mergeValue(own(merged, key), value, [...path, key], shapes);
  }
  for (const [key, value] of Object.entries(patch)) {
    if (!isDirective(key) || !Array.isArray(value)) continue;
    const [, name = ''] = key.split('/');
    const list = own(merged, name);
    if (!Array.isArray(list)) continue;
    if (key.startsWith(removal))
      merged[name] = list.filter((item) => !value.some((gone) => same(gone, item)));
    if (key.startsWith(order)) merged[name] = ordered(list, value, keyOf([...path, name], shapes));
  }
  return merged;
}

function mergeValue(old: unknown, value: unknown, path: readonly string[], shapes: FieldShapes): unknown {
  if (isFields(value)) return mergeFields(isFields(old) ? old : {}, value, path, shapes);
  if (!Array.isArray(value)) return value;
  const shape = shapes.list(path);
  const base = Array.isArray(old) ? old : [];
  if (shape.type === 'atomic') return plain(value);
  if (shape.type === 'set')
    return [...base, ...value.filter((item) => !base.some((have) => same(have, item)))];
  return mergeItems(base, value, shape.keys[0] ?? '', path, shapes);
}

function mergeItems(
  base: readonly unknown[],
  patches: readonly unknown[],
  key: string,
  path: readonly string[],
  shapes: FieldShapes,
): unknown[] {
  const replaces = patches.some((item) => isFields(item) && item[directive] === 'replace' && !(key in item));
  const list = replaces ? [] : [...base];
  for (const item of patches) {
    if (!isFields(item)) throw refuse.badRequest(`an item of ${path.join('.')} is not an object`);
    if (item[directive] === 'replace' && !(key in item)) continue;
    if (item[key] === undefined)
      throw refuse.badRequest(`an item of ${path.join('.')} has no ${key}, its merge key`);
    const at = list.findIndex((have) => isFields(have) && have[key] === item[key]);
    if (item[directive] === 'delete') {
      if (at >= 0) list.splice(at, 1);
      continue;
    }
    const merged = mergeFields(at >= 0 ? (list[at] as Fields) : {}, item, path, shapes);
    if (at >= 0) list[at] = merged;
    else list.push(merged);
  }
  return list;
}

const retained = (document: Fields, keys: unknown): Fields =>
  Array.isArray(keys)
    ? Object.fromEntries(Object.entries(document).filter(([key]) => keys.includes(key)))
    : { ...document };

const keyOf = (path: readonly string[], shapes: FieldShapes): string | undefined => {
  const shape = shapes.list(path);
  return shape.type === 'map' ? shape.keys[0] : undefined;
};

/** The list in the wanted order; what the order does not name stays behind its neighbour before it. */
function ordered(list: readonly unknown[], wanted: readonly unknown[], key: string | undefined): unknown[] {
  const mark = (item: unknown): unknown => (key !== undefined && isFields(item) ? item[key] : item);
  const places = wanted.map(mark);
  let last = -1;
  const ranked = list.map((item) => {
    const place = places.indexOf(mark(item));
    if (place >= 0) last = place;
    return { item, place: place >= 0 ? place : last };
  });
  return ranked.sort((left, right) => left.place - right.place).map(({ item }) => item);
}

/** Without directives: what is stored. */
function plain<Value>(value: Value): Value {
  if (Array.isArray(value)) {
    const items = value.filter((item) => !(isFields(item) && item[directive] === 'delete'));
    return items.map((item) => plain(item)) as Value;
  }
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([key, field]) => !isDirective(key) && field !== null);
  return Object.fromEntries(kept.map(([key, field]) => [key, plain(field)])) as Value;
}
