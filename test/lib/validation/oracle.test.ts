import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  type ConfigMapName,
  checkConfigMap,
  configKeys,
  validateDomainMapping,
  validateService,
} from '../../../lib/validation/index.ts';

/** Golden data: what upstream's own code answered. Runs where it is at hand. */
const oracle = '../shared/oracle';
const rows = (file: string) => JSON.parse(readFileSync(`${oracle}/${file}`, 'utf8'));

interface ObjectRow {
  readonly name: string;
  readonly object: { readonly kind: string };
  readonly errors: readonly string[] | null;
  readonly defaults?: Record<string, string>;
  readonly features?: Record<string, string>;
}

describe.skipIf(!existsSync(oracle))('against the answers of upstream', () => {
  it('refuses no annotations that upstream accepts, and accepts none that it refuses', () => {
    for (const row of rows('annotations.json') as {
      annotations: Record<string, string>;
      config: Record<string, string>;
      errors: string[] | null;
    }[]) {
      // Old spellings and the aggregation algorithm are not written by the constructs.
      if (Object.keys(row.annotations).some((key) => /[A-Z]|algorithm/.test(key))) continue;
      const object = {
        metadata: { name: 'a' },
        spec: {
          template: { metadata: { annotations: row.annotations }, spec: { containers: [{ image: 'a' }] } },
        },
      };
      const found = validateService(object, { autoscaler: row.config });
      expect(found.length > 0, `${JSON.stringify(row)}: ${JSON.stringify(found)}`).toBe(row.errors !== null);
    }
  });

  it('refuses no object that upstream accepts', () => {
    for (const row of rows('objects.json') as ObjectRow[]) {
      if ((row.errors ?? []).length > 0 || row.object.kind === 'Revision') continue;
      const found =
        row.object.kind === 'DomainMapping'
          ? validateDomainMapping(row.object)
          : validateService(row.object, { defaults: row.defaults ?? {}, features: row.features ?? {} });
      expect(found, row.name).toEqual([]);
    }
  });

  it('refuses no config map that upstream accepts, except for keys and flags that it would ignore', () => {
    for (const row of rows('config-maps.json') as {
      configmap: string;
      data: Record<string, string>;
      ok: boolean;
    }[]) {
      if (!row.ok || !(row.configmap in configKeys)) continue;
      const found = checkConfigMap(row.configmap as ConfigMapName, row.data).filter(
        ({ code }) => code !== 'config.flag' && code !== 'config.unknown-key',
      );
      expect(found, JSON.stringify(row.data)).toEqual([]);
    }
  });
});
