import { isFields, namesOf, type Path, type Step, stepInto } from '../plan/paths.ts';

/** A field that is not as it should be. */
export interface FieldDifference {
  readonly path: Path;
  /** Undefined where there is nothing. */
  readonly found: unknown;
  readonly wanted: unknown;
  /** Names of a list that are all there, in another order. @default - the values differ */
  readonly order?: true;
}

/** What is as good as not being there. */
const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isFields(value) && Object.values(value).every(isNothing));

/**
 * Where two values differ, field by field, in the order of their names. Fields that only the live one has count as well:
 * which of them its release added is not to be seen here.
 */
export function fieldDifferences(found: unknown, wanted: unknown, path: Path = []): FieldDifference[] {
  if (isNothing(found) && isNothing(wanted)) return [];
  if (isFields(found) && isFields(wanted)) return ofFields(found, wanted, path);
  if (Array.isArray(found) && Array.isArray(wanted)) return ofLists(found, wanted, path);
  return found === wanted ? [] : [{ path, found, wanted }];
}

function ofFields(found: object, wanted: object, path: Path): FieldDifference[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return keys.flatMap((key) => fieldDifferences(stepInto(found, key), stepInto(wanted, key), [...path, key]));
}

function ofLists(found: readonly unknown[], wanted: readonly unknown[], path: Path): FieldDifference[] {
  const [there, asked] = [namesOf(found), namesOf(wanted)];
  if (there === undefined || asked === undefined)
    return found.length === wanted.length
      ? wanted.flatMap((item, index) => fieldDifferences(found[index], item, [...path, index]))
      : [{ path, found, wanted }];
  const names = [...asked, ...there.filter((name) => !asked.includes(name))];
  const step = (name: string): Step => ({ name });
  const items = names.flatMap((name) =>
    fieldDifferences(stepInto(found, step(name)), stepInto(wanted, step(name)), [...path, step(name)]),
  );
  const common = there.filter((name) => asked.includes(name));
  const inOrder = common.join('\n') === asked.filter((name) => there.includes(name)).join('\n');
  return inOrder ? items : [...items, { path, found: there, wanted: asked, order: true }];
}

/** Fields that the live object has and that nobody asked for. */
export const isExtra = ({ wanted, order }: FieldDifference): boolean => order !== true && isNothing(wanted);

/** What a path leads to. */
export const valueAt = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, step) => stepInto(at, step), value);

/** Whether two values are the same. */
export const isEqual = (a: unknown, b: unknown): boolean => fieldDifferences(a, b).length === 0;
