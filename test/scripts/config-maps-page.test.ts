import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configMapsPage, configMapTables } from '../../scripts/lib/config-maps-page.ts';

const tables = configMapTables();

/** Keys that upstream's examples and code have, with the defaults that were found in its code. */
const found = readFileSync(new URL('../fixtures/validation/config-keys.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => line.split('\t'));

/** What is no key by that name. */
const elsewhere: Readonly<Record<string, string>> = {
  '<domain>': 'a domain',
  'map-lease-prefix.<prefix>': 'a prefix',
  '(no keys)': 'config-tracing',
  'extauthz-pack-as-byte': "the example's misspelling, which the code does not read",
};

describe('the page of all settings', () => {
  it('is up to date: npm run docs:config-maps', () => {
    expect(readFileSync(new URL('../../docs/config-maps.md', import.meta.url), 'utf8')).toBe(
      configMapsPage(),
    );
  });

  it('has every key that was found in upstream, with its default', () => {
    expect(found.length).toBe(168);
    for (const [map = '', key = '', fallback = ''] of found) {
      if (elsewhere[key] !== undefined) continue;
      const table = tables.find((one) => one.map === map);
      const entry = table?.keys[key];
      const stated = entry?.fallback || table?.texts.get(key)?.fallback;
      expect(entry, `${map}.${key}`).toBeDefined();
      // Others are said in words there: unset, the code's and not the example's, derived.
      if (/^[\w.:/%,{}-]+$/.test(fallback))
        expect(stated?.toLowerCase(), `${map}.${key}`).toBe(fallback.toLowerCase());
    }
  });

  it('says of every key what it means, and states the default that holds', () => {
    for (const { map, keys, texts } of tables) {
      expect([...texts.keys()], map).toEqual(Object.keys(keys));
      for (const [key, { fallback }] of Object.entries(keys)) {
        const text = texts.get(key);
        expect(text?.meaning, `${map}.${key}`).toMatch(/\S{2,}.*\.$/s);
        if (fallback !== '') expect(text?.fallback, `${map}.${key}`).toBe(fallback);
      }
    }
  });
});
