import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from '../../../../lib/cutover/canonical-json.ts';
import { Texts } from '../../../../lib/migration/inventory/texts.ts';
import { canonicalPieces } from '../../../../lib/migration/plan/canonical-pieces.ts';
import { withPacked } from '../../../../lib/migration/plan/packed.ts';

const key = fc.string().filter((text) => !/^\d+$/.test(text) && text !== '__proto__' && text !== 'toJSON');
const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    leaf,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}));

it('gives the bytes of the whole text, wherever it is taken apart', () => {
  fc.assert(
    fc.property(tree, fc.nat(5), (value, depth) => {
      expect([...canonicalPieces(value, depth)].join('')).toBe(canonicalJson(value) ?? 'null');
    }),
    { seed: 7 },
  );
});

it('gives packed parts back as they were, across blocks and in any order', () => {
  const texts = new Texts();
  const parts = Array.from({ length: 500 }, (_, index) => ({
    writes: { index, text: `ü${index} `.repeat(200) },
  }));
  const packed = parts.map((part, index) => withPacked({ name: `${index}` }, part, texts));
  for (const index of [499, 0, 250, 251, 1, 498]) {
    const one = packed[index];
    expect({ ...one }).toEqual({ name: `${index}`, ...parts[index] });
    expect(canonicalJson(one)).toBe(canonicalJson({ name: `${index}`, ...parts[index] }));
  }
});
