import type { FieldShapes } from '../field-shapes.ts';
import { type Fields, isFields } from '../json-value.ts';
import type { FieldPath, FieldSet } from './field-set.ts';
import { below, type Part, partsOf } from './structure.ts';

/** The live value with the applied one laid over it; lists keep the order of the applied one. */
export function merged(
  live: unknown,
  applied: unknown,
  names: readonly string[],
  shapes: FieldShapes,
): unknown {
  const over = partsOf(applied, names, shapes);
  const under = partsOf(live, names, shapes);
  if (over === undefined || under === undefined || Array.isArray(live) !== Array.isArray(applied))
    return applied;
  const join = ({ step, value }: Part): Part => {
    const below_ = under.find((part) => part.step === step);
    return below_ === undefined
      ? { step, value }
      : { step, value: merged(below_.value, value, below(names, step), shapes) };
  };
  return Array.isArray(applied) ? joinLists(under, over, join) : joinFields(under, over, join);
}

function joinFields(under: readonly Part[], over: readonly Part[], join: (part: Part) => Part): Fields {
  const fields = [...under, ...over.map(join)].map(({ step, value }) => [step.slice(2), value] as const);
  return Object.fromEntries(fields);
}

/** In the order of the applied list; an item that only the live list has stays where it was in that one. */
function joinLists(under: readonly Part[], over: readonly Part[], join: (part: Part) => Part): unknown[] {
  const applied = new Set(over.map(({ step }) => step));
  const list: unknown[] = [];
  const live = [...under];
  for (const part of over) {
    for (let [next] = live; next !== undefined && !applied.has(next.step); [next] = live) {
      list.push(next.value);
      live.shift();
    }
    list.push(join(part).value);
    if (live[0]?.step === part.step) live.shift();
  }
  return [...list, ...live.filter(({ step }) => !applied.has(step)).map(({ value }) => value)];
}

/** The fields that tell a list item from others stay as long as the item does. */
const keySteps = (path: FieldPath): string[] => {
  const last = path.at(-1);
  return last?.startsWith('k:')
    ? Object.keys(JSON.parse(last.slice(2)) as Fields).map((key) => `f:${key}`)
    : [];
};

/** The value without what its last applier dropped and nobody else owns. */
export function pruned(object: Fields, dropped: FieldSet, owned: FieldSet, shapes: FieldShapes): Fields {
  const prune = (value: unknown, path: FieldPath, names: readonly string[]): unknown => {
    const parts = partsOf(value, names, shapes);
    if (parts === undefined) return value;
    const kept: Part[] = [];
    const keys = keySteps(path);
    for (const { step, value: child } of parts) {
      const at = [...path, step];
      if (!dropped.covers(at) || keys.includes(step)) {
        kept.push({ step, value: child });
        continue;
      }
      if (owned.covers(at)) kept.push({ step, value: prune(child, at, below(names, step)) });
      else if (!dropped.has(at)) {
        // A map that held nothing but dropped fields goes with them; one that holds others' fields stays.
        const rest = prune(child, at, below(names, step));
        const isEmpty = Array.isArray(rest)
          ? rest.length === 0
          : isFields(rest) && Object.keys(rest).length === 0;
        if (!isEmpty) kept.push({ step, value: rest });
      }
    }
    if (Array.isArray(value)) return kept.map((part) => part.value);
    return Object.fromEntries(kept.map((part) => [part.step.slice(2), part.value]));
  };
  return prune(object, [], []) as Fields;
}
