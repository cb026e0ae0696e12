import { TemplateError } from './tokens.ts';

/** What a template can hold. A struct is the root alone; everything below it is text or a map of texts. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | { readonly [key: string]: Value };

const isMap = (value: Value): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether `if` takes the value for true. */
export function isTrue(value: Value): boolean {
  if (isMap(value)) return Object.keys(value).length > 0;
  if (Array.isArray(value)) return value.length > 0;
  return Boolean(value);
}

/** A value as a template prints it. */
export function printed(value: Value): string {
  if (value === undefined) return '<no value>';
  if (value === null) return '<nil>';
  if (isMap(value))
    return `map[${Object.keys(value)
      .sort()
      .map((key) => `${key}:${printed(value[key])}`)
      .join(' ')}]`;
  if (Array.isArray(value)) return `[${value.map(printed).join(' ')}]`;
  return String(value);
}

function formatted(format: string, values: readonly Value[]): string {
  let next = 0;
  const text = format.replace(
    /%(-?)(0?)(\d*)(?:\.\d+)?([a-zA-Z%])/g,
    (_, left, zero, width, verb: string) => {
      if (verb === '%') return '%';
      if (next >= values.length) return `%!${verb}(MISSING)`;
      const value = values[next++];
      const shown = verb === 'q' ? JSON.stringify(printed(value)) : printed(value);
      const size = Number(width || 0);
      return left === '-' ? shown.padEnd(size) : shown.padStart(size, zero === '0' ? '0' : ' ');
    },
  );
  return text;
}

function indexed(value: Value, keys: readonly Value[]): Value {
  return keys.reduce<Value>((part, key) => {
    if (isMap(part)) {
      if (typeof key !== 'string') throw new TemplateError('a map is asked for a key that is no text');
      return part[key] ?? '';
    }
    const items = typeof part === 'string' ? [...Buffer.from(part)] : Array.isArray(part) ? part : undefined;
    if (items === undefined) throw new TemplateError('index asks a value that has no parts');
    if (typeof key !== 'number' || !Number.isInteger(key) || key < 0 || key >= items.length)
      throw new TemplateError(`${printed(key)} is out of range`);
    return items[key];
  }, value);
}

function sliced(value: Value, bounds: readonly Value[]): Value {
  if (typeof value !== 'string' && !Array.isArray(value))
    throw new TemplateError('slice asks a value without parts');
  const [from = 0, to = value.length] = bounds;
  if (typeof from !== 'number' || typeof to !== 'number' || from < 0 || to > value.length || from > to)
    throw new TemplateError('slice is out of range');
  return value.slice(from, to);
}

function compared(a: Value, b: Value): number {
  if (typeof a !== typeof b || a === undefined || a === null || typeof a === 'object')
    throw new TemplateError('values of different kinds are compared');
  return a === b ? 0 : (a as string) < (b as string) ? -1 : 1;
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

const joined = (values: readonly Value[]): string => values.map(printed).join('');

interface TemplateFunction {
  readonly least: number;
  readonly most: number;
  readonly apply: (values: readonly Value[]) => Value;
}

const some = (least: number, most: number, apply: TemplateFunction['apply']): TemplateFunction => ({
  least,
  most,
  apply,
});
const two = (test: (order: number) => boolean): TemplateFunction =>
  some(2, 2, ([a, b]) => test(compared(a, b)));

/** The functions that every template has. `and` and `or` stop early, so they are the caller's. */
export const functions: Readonly<Record<string, TemplateFunction>> = {
  and: some(1, Infinity, (values) => values.find((value) => !isTrue(value)) ?? values.at(-1)),
  or: some(1, Infinity, (values) => values.find(isTrue) ?? values.at(-1)),
  not: some(1, 1, ([value]) => !isTrue(value)),
  eq: some(2, Infinity, ([first, ...others]) => others.some((other) => compared(first, other) === 0)),
  ne: two((order) => order !== 0),
  lt: two((order) => order < 0),
  le: two((order) => order <= 0),
  gt: two((order) => order > 0),
  ge: two((order) => order >= 0),
  len: some(1, 1, ([value]) => {
    if (typeof value === 'string') return Buffer.byteLength(value);
    if (typeof value !== 'object' || value === null)
      throw new TemplateError('len asks a value that has none');
    return Object.keys(value).length;
  }),
  index: some(1, Infinity, ([value, ...keys]) => indexed(value, keys)),
  slice: some(1, 4, ([value, ...bounds]) => sliced(value, bounds)),
  print: some(0, Infinity, joined),
  println: some(0, Infinity, (values) => `${values.map(printed).join(' ')}\n`),
  printf: some(1, Infinity, ([format, ...values]) => {
    if (typeof format !== 'string') throw new TemplateError('printf needs a format');
    return formatted(format, values);
  }),
  html: some(0, Infinity, (values) =>
    joined(values).replace(/[&<>"']/g, (letter) => htmlEscapes[letter] ?? letter),
  ),
  js: some(0, Infinity, (values) => JSON.stringify(joined(values)).slice(1, -1)),
  urlquery: some(0, Infinity, (values) => encodeURIComponent(joined(values)).replaceAll('%20', '+')),
  call: some(1, Infinity, () => {
    throw new TemplateError('call asks a value that is no function');
  }),
};
