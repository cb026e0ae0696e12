import type { FieldShapes, ListShape } from '../field-shapes.ts';
import { same } from '../frozen.ts';
import { type Fields, isFields, own } from '../json-value.ts';
import { refuse } from '../status-error.ts';
import { type FieldPath, FieldSet } from './field-set.ts';

/** One part of a granular map or list, with its step in a field path. */
export interface Part {
  readonly step: string;
  readonly value: unknown;
}

/**
 * How a value is taken apart: by its fields, by its items, or not at all (undefined): then it is owned as a whole.
 * `names` is the path in field names only, which is how shapes are looked up.
 */
export function partsOf(value: unknown, names: readonly string[], shapes: FieldShapes): Part[] | undefined {
  if (isFields(value)) {
    if (shapes.atomicMap(names)) return undefined;
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    return fields.map(([key, field]) => ({ step: `f:${key}`, value: field }));
  }
  if (!Array.isArray(value)) return undefined;
  const shape = shapes.list(names);
  if (shape.type === 'atomic') return undefined;
  const parts = value.map((item) => ({ step: stepOf(item, shape, names), value: item }));
  const steps = new Set(parts.map(({ step }) => step));
  if (steps.size === parts.length) return parts;
  const twice = parts.find(({ step }, index) => parts.findIndex((part) => part.step === step) < index);
  throw refuse.badRequest(`.${names.join('.')}: duplicate entries for key [${twice?.step.slice(2)}]`);
}

function stepOf(item: unknown, shape: ListShape, names: readonly string[]): string {
  if (shape.type !== 'map') return `v:${JSON.stringify(item)}`;
  const keys: Fields = {};
  for (const key of [...shape.keys].sort()) {
    const value = (isFields(item) ? own(item, key) : undefined) ?? shape.defaults?.[key];
    if (value === undefined) {
      throw refuse.badRequest(`.${names.join('.')}: an item of the list has no ${key}, which is a key of it`);
    }
    keys[key] = value;
  }
  return `k:${JSON.stringify(keys)}`;
}

/** Names to look up shapes by, one step further down. */
export const below = (names: readonly string[], step: string): readonly string[] =>
  step.startsWith('f:') ? [...names, step.slice(2)] : names;

/** The paths that an applied configuration owns: its leaves, its list items, its empty maps. */
export function ownedFields(value: Fields, shapes: FieldShapes): FieldSet {
  const paths: FieldPath[] = [];
  const walk = (part: unknown, path: FieldPath, names: readonly string[]): void => {
    const parts = partsOf(part, names, shapes);
    const isItem = path.at(-1)?.startsWith('f:') === false;
    if (parts === undefined || isItem || (parts.length === 0 && isFields(part))) paths.push(path);
    for (const { step, value: child } of parts ?? []) walk(child, [...path, step], below(names, step));
  };
  for (const { step, value: child } of partsOf(value, [], shapes) ?? []) walk(child, [step], below([], step));
  return FieldSet.of(paths);
}

/** The paths at which one object differs from another. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

export function compare(before: Fields, after: Fields, shapes: FieldShapes): Comparison {
  const added: FieldPath[] = [];
  const modified: FieldPath[] = [];
  const removed: FieldPath[] = [];
  const whole = (into: FieldPath[], value: unknown, path: FieldPath, names: readonly string[]): void => {
    into.push(path);
    for (const { step, value: child } of partsOf(value, names, shapes) ?? []) {
      whole(into, child, [...path, step], below(names, step));
    }
  };
  const walk = (left: unknown, right: unknown, path: FieldPath, names: readonly string[]): void => {
    if (left === right || same(left, right)) return;
    const lefts = partsOf(left, names, shapes);
    const rights = partsOf(right, names, shapes);
    if (lefts === undefined || rights === undefined || Array.isArray(left) !== Array.isArray(right)) {
      modified.push(path);
      return;
    }
    const seen = new Map(lefts.map((part) => [part.step, part.value]));
    for (const { step, value } of rights) {
      if (seen.has(step)) walk(seen.get(step), value, [...path, step], below(names, step));
      else whole(added, value, [...path, step], below(names, step));
      seen.delete(step);
    }
    for (const [step, value] of seen) whole(removed, value, [...path, step], below(names, step));
  };
  walk(before, after, [], []);
  return { added: FieldSet.of(added), modified: FieldSet.of(modified), removed: FieldSet.of(removed) };
}
