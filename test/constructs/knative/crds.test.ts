import { App, Chart, Yaml } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { Crds, release } from '../../../constructs/knative/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';

const crds = (version: string): Map<string, KubeObject> => {
  const chart = new Chart(new App(), 'crds');
  new Crds(chart, 'crds', { release: release(version) });
  return new Map((chart.toJson() as KubeObject[]).map((object) => [object.spec.names.kind, object]));
};

const spec = (all: ReadonlyMap<string, KubeObject>, kind: string) =>
  all.get(kind)?.spec.versions[0].schema.openAPIV3Schema.properties.spec;

describe('the CRDs', () => {
  it('have one pod template: what a Service says is what a Configuration and a Revision hold', () => {
    const all = crds('1.23.0');
    const { template } = spec(all, 'Service').properties;
    expect(template).toEqual(spec(all, 'Configuration').properties.template);
    expect(template.properties.spec).toEqual(spec(all, 'Revision'));
    expect(template.properties.spec.properties.containers.items.properties.image).toEqual({ type: 'string' });
  });

  it('have a kind of volume only where the release knows its flag', () => {
    const kinds = (version: string) =>
      Object.keys(spec(crds(version), 'Revision').properties.volumes.items.properties);
    expect(kinds('1.23.0').filter((kind) => !kinds('1.22.1').includes(kind))).toEqual(['ephemeral']);
  });

  it('are written out in full: no anchor in their YAML, and a quantity that reads quantities', () => {
    const text = Yaml.stringify(...crds('1.23.0').values());
    expect(text).not.toMatch(/(^|\s)[&*]a\d+/m);
    const { pattern } = spec(crds('1.23.0'), 'Revision').properties.containers.items.properties.resources
      .properties.limits.additionalProperties;
    const reads = (amount: string) => new RegExp(pattern).test(amount);
    expect(['250m', '1Gi', '.5', '2', '1e3', '+1.5E-2'].filter((amount) => !reads(amount))).toEqual([]);
    expect(['', 'much', '1 Gi', '1KB', '1.2.3'].filter(reads)).toEqual([]);
  });
});
