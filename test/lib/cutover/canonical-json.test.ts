import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../../lib/cutover/canonical-json.ts';

/** As it is defined: whatever is faster must give the same bytes, for journals and digests are kept for ever. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const json = 'toJSON' in value && typeof value.toJSON === 'function' ? (value.toJSON() as unknown) : value;
  if (json !== value) return sorted(json);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
};

const anything = fc.anything({
  key: fc.oneof(
    fc.string(),
    fc.nat(200).map(String),
    fc.constantFrom('01', '-1', '1.5', '4294967295', 'é', 'Z', 'a'),
  ),
  withDate: true,
  maxDepth: 4,
});

it('gives the bytes that a copy with its keys in order would give', () => {
  fc.assert(
    fc.property(anything, (value) => {
      expect(canonicalJson(value)).toBe(JSON.stringify(sorted(value)));
    }),
    { seed: 7, numRuns: 2_000 },
  );
});
