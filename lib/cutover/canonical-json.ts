import { createHash } from 'node:crypto';

/** Written piece by piece: a copy of every object with its keys in order would cost more than the text. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'boolean':
      return value ? 'true' : 'false';
    case 'object':
      return value === null ? 'null' : objectText(value);
    default:
      return JSON.stringify(value);
  }
}

function objectText(value: object): string | undefined {
  if (Array.isArray(value)) return `[${value.map((part) => textOf(part) ?? 'null').join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    const json = value.toJSON() as unknown;
    if (json !== value) return textOf(json);
  }
  let text = '';
  for (const key of keysOf(value)) {
    const part = textOf((value as Record<string, unknown>)[key]);
    if (part !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${part}`;
  }
  return `{${text}}`;
}

const plain = /^[\w.\-/]*$/;

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

const isIndex = (key: string): boolean => /^(0|[1-9]\d{0,9})$/.test(key) && Number(key) < 4_294_967_295;

/** In order; those that are whole numbers first, as every object of JavaScript has them. */
function keysOf(value: object): string[] {
  const keys = Object.keys(value);
  // That is how an object has them already.
  const numbers = keys.length > 0 && isIndex(keys[0] ?? '') ? keys.filter(isIndex) : [];
  if (numbers.length > 0) return [...numbers, ...keys.slice(numbers.length).sort()];
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? '') > (keys[i] ?? '')) return keys.sort();
  return keys;
}

/** JSON with its keys in order, so that the same value always gives the same bytes. */
export const canonicalJson = (value: unknown): string => textOf(value) as string;

/** `sha256:…` over the canonical JSON of a value. */
export const digestOf = (value: unknown): string =>
  `sha256:${createHash('sha256').update(canonicalJson(value)).digest('hex')}`;
