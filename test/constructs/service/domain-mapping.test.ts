import { App, Chart, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { DomainMapping, domainMappingProblems } from '../../../constructs/service/index.ts';

describe('DomainMapping', () => {
  it('claims its host before it maps it', () => {
    const chart = new Chart(new App(), 'hosts');
    new DomainMapping(chart, 'www', { name: 'www.example.com', namespace: 'shop', service: 'front' });
    expect(Testing.synth(chart)).toEqual([
      {
        apiVersion: 'networking.internal.knative.dev/v1alpha1',
        kind: 'ClusterDomainClaim',
        metadata: { name: 'www.example.com' },
        spec: { namespace: 'shop' },
      },
      {
        apiVersion: 'serving.knative.dev/v1beta1',
        kind: 'DomainMapping',
        metadata: { name: 'www.example.com', namespace: 'shop' },
        spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'front' } },
      },
    ]);
  });

  it('leaves the claim to others when told to', () => {
    const chart = new Chart(new App(), 'hosts');
    new DomainMapping(chart, 'www', { name: 'www.example.com', service: 'front', claim: false });
    expect(Testing.synth(chart).map(({ kind }) => kind)).toEqual(['DomainMapping']);
  });

  it('refuses hosts of the cluster, single labels and empty services', () => {
    const where = (name: string, service = 'front') =>
      domainMappingProblems({ name, service }).map((problem) => problem.where);
    expect(where('www.example.com')).toEqual([]);
    expect(where('a.shop.svc.cluster.local')).toEqual(['name']);
    expect(where('localhost')).toEqual(['name']);
    expect(where('WWW.example.com', '')).toEqual(['name', 'service']);
  });
});
