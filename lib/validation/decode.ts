import { nearest } from '../messages/nearest.ts';
import { fieldTable } from './field-table.ts';
import { type Finding, fieldPath, finding } from './finding.ts';
import { isQuantity } from './go-values.ts';

/** How a value is read. A map's keys are text. */
type Type =
  | { readonly kind: 'scalar'; readonly name: Scalar; readonly optional: boolean }
  | { readonly kind: 'object'; readonly name: string }
  | { readonly kind: 'list' | 'map'; readonly of: Type };

type Scalar = 'string' | 'bool' | 'int32' | 'int64' | 'any' | 'time' | 'url' | 'quantity' | 'intOrString';

const isWhole = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;

const timeText = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d([.,]\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** What each scalar takes, in words, and whether a value is one. `zero` is what counts as not given. */
const scalars: Readonly<
  Record<
    Scalar,
    { readonly allowed: string; readonly takes: (value: unknown) => boolean; readonly zero?: unknown }
  >
> = {
  string: { allowed: 'text', takes: (value) => typeof value === 'string', zero: '' },
  bool: { allowed: 'true or false', takes: (value) => typeof value === 'boolean', zero: false },
  int32: {
    allowed: 'a whole number of 32 bits',
    takes: (value) => isWhole(value, -(2 ** 31), 2 ** 31 - 1),
    zero: 0,
  },
  int64: { allowed: 'a whole number', takes: (value) => isWhole(value, -(2 ** 63), 2 ** 63 - 1), zero: 0 },
  any: { allowed: 'anything', takes: () => true },
  time: {
    allowed: 'a time such as 2026-01-01T00:00:00Z',
    takes: (value) => typeof value === 'string' && timeText.test(value),
  },
  url: { allowed: 'a URL', takes: (value) => typeof value === 'string', zero: '' },
  quantity: {
    allowed: 'a quantity such as 250m or 64Mi',
    takes: (value) =>
      (typeof value === 'string' || typeof value === 'number') && isQuantity(String(value).trim()),
  },
  intOrString: {
    allowed: 'a whole number or text',
    takes: (value) => typeof value === 'string' || isWhole(value, -(2 ** 31), 2 ** 31 - 1),
  },
};

function typeOf(text: string): Type {
  if (text.endsWith('[]')) return { kind: 'list', of: typeOf(text.slice(0, -2)) };
  if (text.endsWith('{}')) return { kind: 'map', of: typeOf(text.slice(0, -2)) };
  const optional = text.endsWith('?');
  const name = optional ? text.slice(0, -1) : text;
  if (name in scalars) return { kind: 'scalar', name: name as Scalar, optional };
  return { kind: 'object', name };
}

const compiled = new Map<string, ReadonlyMap<string, Type>>();

function fieldsOfType(name: string): ReadonlyMap<string, Type> {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const fields = new Map(
    (fieldTable[name] ?? '')
      .split(' ')
      .filter((field) => field !== '')
      .map((field) => {
        const colon = field.indexOf(':');
        return [field.slice(0, colon), typeOf(field.slice(colon + 1))] as const;
      }),
  );
  compiled.set(name, fields);
  return fields;
}

/** An object as the webhook reads it. */
export interface Decoded {
  /** Only known fields, without nulls, and without values that say nothing (`''`, `0`, `false` where that is the default). */
  readonly object: Readonly<Record<string, unknown>>;
  /** Values of a wrong type. */
  readonly errors: readonly Finding[];
  /** Fields that the type does not have. */
  readonly unknown: readonly Finding[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads an object as one of the types of the table. `zero`: a null inside a list or a map. */
export function decode(value: unknown, typeName: string): Decoded {
  const errors: Finding[] = [];
  const unknown: Finding[] = [];

  const wrong = (given: unknown, path: string, allowed: string): undefined => {
    errors.push(finding(path, 'type.wrong', given, allowed));
    return undefined;
  };

  const read = (given: unknown, type: Type, path: string): unknown => {
    switch (type.kind) {
      case 'scalar': {
        const { allowed, takes } = scalars[type.name];
        const seconds = path.endsWith('Seconds') ? 'whole seconds' : allowed;
        return takes(given) ? given : wrong(given, path, seconds);
      }
      case 'list':
        if (!Array.isArray(given)) return wrong(given, path, 'a list');
        return given.map((entry, index) => readEntry(entry, type.of, `${path}[${index}]`));
      case 'map':
        if (!isObject(given)) return wrong(given, path, 'a map');
        return Object.fromEntries(
          Object.entries(given).map(([key, entry]) => [key, readEntry(entry, type.of, fieldPath(path, key))]),
        );
      case 'object':
        return isObject(given) ? readFields(given, type.name, path) : wrong(given, path, 'a map of fields');
    }
  };

  const readEntry = (given: unknown, type: Type, path: string): unknown => {
    if (given !== null && given !== undefined) return read(given, type, path);
    if (type.kind === 'scalar') return scalars[type.name].zero;
    return type.kind === 'list' ? [] : {};
  };

  const readFields = (given: Readonly<Record<string, unknown>>, name: string, path: string) => {
    const known = fieldsOfType(name);
    const object: Record<string, unknown> = {};
    for (const [key, entry] of Object.entries(given)) {
      const type = known.get(key);
      const where = path === '' ? key : `${path}.${key}`;
      if (type === undefined) {
        const near = nearest(key, [...known.keys()]);
        const allowed =
          near === undefined ? `a field of ${name}` : `a field of ${name}: did you mean ${near}?`;
        unknown.push({
          ...finding(where, 'field.unknown', undefined, allowed),
          message: `no such field; allowed: ${allowed}`,
        });
        continue;
      }
      if (entry === null || entry === undefined) continue;
      const value = read(entry, type, where);
      // Upstream cannot tell a zero from nothing, unless the field is optional.
      const saysNothing = type.kind === 'scalar' && !type.optional && value === scalars[type.name].zero;
      if (value !== undefined && !saysNothing) object[key] = value;
    }
    return object;
  };

  const object = read(value, { kind: 'object', name: typeName }, '');
  return { object: isObject(object) ? object : {}, errors, unknown };
}
