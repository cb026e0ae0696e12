import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlText } from '../../../lib/manifests/index.ts';

/** What kubectl was seen to read as something else, and what looks like it. */
const words = (
  'y n Y N yes No on Off true NULL ~ = << 1_000 1__2 0b11 0x1F 0777 0o17 1e3 .5 5. .inf .NaN 12:30 190:20:30.15 ' +
  '2020-01-01 2001-12-14t21:59:43.10-05:00 +1 -12_3 685_230.15 -0 @a !b &c *d %e `f {} [] #g ? ...'
).split(' ');
const texts = [
  ...words,
  '',
  ' ',
  '- a',
  'a: b',
  'a #b',
  '\t',
  'a\n\n',
  'a\r\nb',
  'a\u0085b',
  '\u2028',
  'x\u2029\n',
];

it.each(texts.map((text) => [JSON.stringify(text), text]))('%s stays a text for YAML 1.1', (_, text) => {
  const written = yamlText({ value: text, [text]: 'key', list: [text] });
  expect(parse(written, { version: '1.1', merge: false })).toEqual({
    value: text,
    [text]: 'key',
    list: [text],
  });
  expect(written).not.toMatch(/[\u0085\u2028\u2029]/);
});

it('any other text too', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom(...texts),
  );
  fc.assert(
    fc.property(fc.dictionary(text, text), (data) => {
      const back = parse(yamlText({ data }), { version: '1.1', merge: false, uniqueKeys: true });
      expect({ ...back.data }).toEqual({ ...data });
    }),
    { seed: 7, numRuns: 500 },
  );
});
