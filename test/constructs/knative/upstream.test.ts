import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { App, Chart, Testing, Yaml } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { KnativeServing, releaseVersions } from '../../../constructs/knative/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import digests from '../../fixtures/knative/upstream-digests.json' with { type: 'json' };

/** Released YAML, where it is at hand; the digests of its objects are always there. */
const upstream = '../shared/upstream';

const key = ({ kind, metadata }: KubeObject) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** An upstream object without what is an example or its checksum. */
function comparable(object: KubeObject): unknown {
  const copy = structuredClone(object) as unknown as {
    metadata: { annotations?: Record<string, string> };
    data?: Record<string, string>;
  };
  delete copy.data?._example;
  if (copy.data !== undefined && Object.keys(copy.data).length === 0) delete copy.data;
  delete copy.metadata.annotations?.['knative.dev/example-checksum'];
  if (Object.keys(copy.metadata.annotations ?? {}).length === 0) delete copy.metadata.annotations;
  return copy;
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([field, part]) => [field, sorted(part)]));
};

const digest = (object: unknown) =>
  createHash('sha256')
    .update(JSON.stringify(sorted(object)))
    .digest('hex')
    .slice(0, 16);

const synthesized = (release: string): KubeObject[] => {
  const chart = new Chart(new App(), 'serving');
  new KnativeServing(chart, 'serving', { release, tuning: 'upstream' });
  return Testing.synth(chart);
};

describe.each(releaseVersions.map((release) => ({ release })))(
  'with upstream tuning, $release',
  ({ release }) => {
    it('has the digests of the released objects, CRDs apart', () => {
      const ours = Object.fromEntries(synthesized(release).map((object) => [key(object), digest(object)]));
      expect(ours).toEqual((digests as Record<string, Record<string, string>>)[release]);
    });

    it.skipIf(!existsSync(`${upstream}/${release}`))(
      'equals the released objects one by one, CRDs apart',
      () => {
        const released = (Yaml.load(`${upstream}/${release}/2-serving-core.yaml`) as KubeObject[]).filter(
          ({ kind }) => kind !== 'CustomResourceDefinition',
        );
        const ours = new Map(synthesized(release).map((object) => [key(object), object]));
        for (const object of released) expect(ours.get(key(object)), key(object)).toEqual(comparable(object));
        expect([...ours.keys()].sort()).toEqual(released.map(key).sort());
      },
    );
  },
);
