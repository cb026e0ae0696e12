import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

export type StringMap = Readonly<Record<string, string>>;

/** The entries whose key is kept. */
export const filterMap = (
  map: StringMap | undefined,
  keep: (key: string) => boolean,
): Record<string, string> => Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keep(key)));

/** Text that is equal for equal values, whatever the order of their keys. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** A short, stable hash of a value: what tells templates apart. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 10);

/** Equal as JSON: an undefined field is an absent one. */
export const sameJson = (a: unknown, b: unknown): boolean =>
  isDeepStrictEqual(a, b) || canonicalJson(a ?? null) === canonicalJson(b ?? null);
