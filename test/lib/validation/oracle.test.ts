import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readEmbeddedYaml } from '../../../lib/manifests/index.ts';
import {
  childName,
  contextFrom,
  exampleChecksum,
  type Finding,
  hostLabel,
  hostName,
  revisionName,
  validateConfigMap,
  validateObject,
} from '../../../lib/validation/index.ts';

type Texts = Readonly<Record<string, string>>;

/** Figures of what upstream's own code answered: the golden data, and objects that were mutated and put to it. */
const figures = (file: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/validation/${file}`, import.meta.url), 'utf8'));

/** The golden data itself, which may have grown. */
const oracle = '../shared/oracle';
const golden = (file: string) => JSON.parse(readFileSync(`${oracle}/${file}`, 'utf8'));

interface ObjectRow {
  readonly name?: string;
  readonly object: { readonly kind: string };
  readonly old?: unknown;
  readonly autoscaler?: Texts;
  readonly defaults?: Texts;
  readonly features?: Texts;
  readonly accepted: boolean;
  readonly fields: readonly string[] | null;
  readonly warnings?: readonly string[];
}

const judged = ({
  object,
  old,
  autoscaler = {},
  defaults = {},
  features = {},
}: Omit<ObjectRow, 'accepted' | 'fields'>) =>
  validateObject(
    object,
    contextFrom({
      'config-autoscaler': autoscaler,
      'config-defaults': defaults,
      'config-features': features,
    }),
    old === undefined ? {} : { old },
  );

const fieldsOf = (findings: readonly Finding[]): string[] =>
  [...new Set(findings.map(({ field }) => field))].sort();

interface AnnotationRow {
  readonly annotations: Texts;
  readonly config: Texts;
}

const judgedAnnotations = ({ annotations, config }: AnnotationRow) =>
  judged({
    object: {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'hello' },
      spec: {
        template: { metadata: { annotations }, spec: { containers: [{ image: 'ghcr.io/team/app' }] } },
      },
    } as ObjectRow['object'],
    autoscaler: config,
  }).errors;

describe('the verdict is upstream’s', () => {
  it.each(figures('objects.json') as ObjectRow[])('on $name', (row) => {
    const { errors } = judged(row);
    expect(errors.length === 0, JSON.stringify(errors)).toBe(row.accepted);
    expect(fieldsOf(errors).filter((field) => field !== '')).toEqual([...(row.fields ?? [])].sort());
  });

  it('on objects that were mutated at random, field by field, warnings too', () => {
    for (const row of figures('mutated-objects.json') as ObjectRow[]) {
      const { errors, warnings } = judged(row);
      const text = JSON.stringify({ row, errors });
      expect(errors.length === 0, text).toBe(row.accepted);
      // A wrong type: upstream's decoder names no path.
      if (row.fields === null) continue;
      expect(fieldsOf(errors), text).toEqual([...row.fields].sort());
      const known = warnings.filter(({ code }) => code !== 'field.unknown');
      expect(fieldsOf(known), text).toEqual([...(row.warnings ?? [])].sort());
    }
  });

  it('on annotations', () => {
    for (const row of figures('annotations.json') as (AnnotationRow & ObjectRow)[]) {
      const errors = judgedAnnotations(row);
      expect(errors.length === 0, JSON.stringify(row)).toBe(row.accepted);
      const named = fieldsOf(errors).map((field) => field.replace('spec.template.metadata.annotations.', ''));
      expect(named).toEqual([...(row.fields ?? [])].sort());
    }
  });

  it.each(['config-maps.json', 'mutated-config-maps.json'])('on the maps of %s', (file) => {
    for (const row of figures(file) as { configmap: string; data: Texts; accepted: boolean }[]) {
      const { errors } = validateConfigMap(row.configmap, row.data, { readYaml: readEmbeddedYaml });
      expect(errors.length === 0, JSON.stringify({ row, errors })).toBe(row.accepted);
    }
  });

  it('on names, hosts and checksums', () => {
    for (const row of figures('names.json') as Record<string, string>[])
      expect(
        row.fn === 'revisionName'
          ? revisionName(row.service ?? '', Number(row.generation))
          : childName(row.parent ?? '', row.suffix ?? ''),
      ).toBe(row.want);
    for (const { example, checksum } of figures('example-checksum.json'))
      expect(exampleChecksum(example)).toBe(checksum);
    for (const row of figures('domains.json')) {
      const network = row['config-network'] as Texts;
      const domains = Object.entries(row['config-domain'] as Texts).map(([name, text]) => ({
        name,
        selector: ((readEmbeddedYaml(text) as { selector?: Texts } | null)?.selector ?? {}) as Texts,
      }));
      const options = {
        name: 'hello',
        namespace: 'prod',
        tag: row.tag,
        labels: row.labels ?? {},
        annotations: row.annotations ?? {},
        domains,
        ...(network['domain-template'] === undefined ? {} : { domainTemplate: network['domain-template'] }),
        ...(network['tag-template'] === undefined ? {} : { tagTemplate: network['tag-template'] }),
      };
      expect([hostLabel(options), hostName(options)]).toEqual([row.hostLabel, row.domain]);
    }
  });
});

describe.skipIf(!existsSync(oracle))('against the golden data itself', () => {
  it('accepts and refuses the same', () => {
    for (const row of golden('objects.json'))
      expect(judged(row).errors.length === 0, row.name).toBe((row.errors ?? []).length === 0);
    for (const row of golden('annotations.json'))
      expect(judgedAnnotations(row).length === 0, JSON.stringify(row)).toBe(row.errors === null);
    for (const row of golden('config-maps.json')) {
      const { errors } = validateConfigMap(row.configmap, row.data, { readYaml: readEmbeddedYaml });
      expect(errors.length === 0, JSON.stringify(row)).toBe(row.ok);
    }
    for (const { annotations, config, containerConcurrency } of golden('deciders.json')) {
      const errors = judgedAnnotations({ annotations, config });
      expect(errors, JSON.stringify({ annotations, containerConcurrency })).toEqual([]);
    }
  });
});
