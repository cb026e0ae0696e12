import { type Finding, finding } from '../finding.ts';
import {
  isQuantity,
  parseGoBool,
  parseGoDuration,
  parseGoFloat,
  parseGoInt,
  parseGoUint,
} from '../go-values.ts';

export type Texts = Readonly<Record<string, string>>;

/** Reads YAML as Kubernetes does: the parser is the caller's, so that this room brings none. @throws when it is none */
export type ReadYaml = (text: string) => unknown;

/** Reads the keys of one config map, and gathers what cannot be read and which rules are broken. */
export interface Reader {
  readonly data: Texts;
  readonly found: Finding[];
  /** Undefined: nobody gave a parser, and YAML inside values is not looked at. */
  readonly readYaml: ReadYaml | undefined;
}

const fieldOf = (key: string): string => `data.${key}`;

export function refuse(reader: Reader, key: string, code: string, allowed: string): void {
  reader.found.push(finding(fieldOf(key), code, reader.data[key], allowed));
}

/** Reads the last of the keys that is there; older spellings come first, and all of them must be readable. */
function read<T>(
  reader: Reader,
  keys: readonly string[],
  fallback: T,
  code: string,
  allowed: string,
  parse: (text: string) => T | undefined,
): T {
  let value = fallback;
  for (const key of keys) {
    const text = reader.data[key];
    if (text === undefined) continue;
    const parsed = parse(text);
    if (parsed === undefined) refuse(reader, key, code, allowed);
    else value = parsed;
  }
  return value;
}

const whole = 'a whole number';

export const readInt = (reader: Reader, fallback: number, bits: number, ...keys: readonly string[]): number =>
  read(reader, keys, fallback, 'config.int', `${whole} of ${bits} bits`, (text) => parseGoInt(text, bits));

export const readUint = (
  reader: Reader,
  fallback: number,
  bits: number,
  ...keys: readonly string[]
): number =>
  read(reader, keys, fallback, 'config.int', `${whole} of ${bits} bits without a sign`, (text) =>
    parseGoUint(text, bits),
  );

export const readFloat = (reader: Reader, fallback: number, ...keys: readonly string[]): number =>
  read(reader, keys, fallback, 'config.float', 'a number', parseGoFloat);

export const readBool = (reader: Reader, fallback: boolean, ...keys: readonly string[]): boolean =>
  read(reader, keys, fallback, 'config.bool', 'true or false', parseGoBool);

/** In nanoseconds. */
export const readDuration = (reader: Reader, fallback: number, ...keys: readonly string[]): number =>
  read(reader, keys, fallback, 'config.duration', 'a Go duration such as 90s, 5m or 1h30m', parseGoDuration);

export const readText = (reader: Reader, fallback: string, ...keys: readonly string[]): string =>
  read(reader, keys, fallback, 'config.text', 'text', (text) => text.trim());

export function readQuantities(reader: Reader, ...keys: readonly string[]): void {
  for (const key of keys)
    read(reader, [key], '', 'config.quantity', 'a Kubernetes quantity such as 100m or 64Mi', (text) =>
      isQuantity(text) ? text : undefined,
    );
}

/** A value that is YAML; undefined where it is empty, cannot be read (then it is refused), or nobody reads YAML. */
export function readYamlAt(reader: Reader, key: string): unknown {
  const text = reader.data[key];
  if (text === undefined || reader.readYaml === undefined) return undefined;
  try {
    return reader.readYaml(text) ?? undefined;
  } catch {
    refuse(reader, key, 'config.yaml', 'YAML');
    return undefined;
  }
}

type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether Kubernetes' YAML reads the value as text: every scalar is one. */
export const isText = (value: unknown): boolean => typeof value !== 'object' || value === null;

export const isTexts = (value: unknown): boolean =>
  value === undefined || value === null || (isFields(value) && Object.values(value).every(isText));

/** A field, however its name is capitalised: so does Go's JSON. */
export const fieldNamed = (value: Fields, name: string): unknown =>
  value[name] ?? Object.entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
