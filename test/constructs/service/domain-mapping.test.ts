import { App, Chart, Testing } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  DomainMapping,
  domainMappingProblems,
  renderDomainMapping,
} from '../../../constructs/service/index.ts';

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

  it('takes a certificate of its own, and how the host is answered', () => {
    const props = {
      name: 'www.example.com',
      service: 'front',
      tls: { secretName: 'www' },
      httpProtocol: 'redirected',
      externalDomainTls: false,
    } as const;
    expect(domainMappingProblems(props)).toEqual([]);
    expect(renderDomainMapping(props).at(-1)).toMatchObject({
      metadata: {
        annotations: {
          'networking.knative.dev/http-protocol': 'redirected',
          'networking.knative.dev/disable-external-domain-tls': 'true',
        },
      },
      spec: { tls: { secretName: 'www' } },
    });
  });

  it('refuses what is not a prop, or not a value of it', () => {
    const where = (more: object) =>
      domainMappingProblems({ name: 'www.example.com', service: 'front', ...more }).map(
        (problem) => `${problem.where}: ${problem.allowed}`,
      );
    expect(where({ servcie: 'a' })).toEqual(['servcie: a known prop: did you mean "service"?']);
    expect(where({ tls: { secretName: 'My Secret' } }).join()).toMatch(/^tls\.secretName: a host name/);
    expect(where({ tls: 'www' })).toEqual(['tls: an object']);
    expect(where({ tls: {} })).toEqual(['tls.secretName: text']);
    expect(where({ httpProtocol: 'disabled' })).toEqual(['httpProtocol: one of enabled, redirected']);
    expect(where({ tls: { secretName: 'www' }, externalDomainTls: true }).join()).toMatch(
      /^externalDomainTls: /,
    );
    expect(domainMappingProblems({} as never).map((problem) => problem.where)).toEqual(['name', 'service']);
  });
});
