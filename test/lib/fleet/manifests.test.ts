import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { type Problem, ZeroshiftError } from '../../../lib/messages/error.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

const object = (more: object = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'plain', namespace: 'shop' },
  ...more,
});

const problemsOf = (services: readonly unknown[], more: object = {}): readonly Problem[] => {
  try {
    exampleFleet({ services: services as KubeObject[], ...more });
  } catch (error) {
    if (error instanceof ZeroshiftError) return error.problems;
    throw error;
  }
  return [];
};
const said = (services: readonly unknown[], more: object = {}) =>
  problemsOf(services, more).map(({ where, allowed }) => [where, allowed]);

describe('plain objects of a fleet', () => {
  it('stay as they are, beside typed services, with the namespace that they go to', () => {
    const deployment = object({ spec: { replicas: 2, template: { spec: { volumes: [] } } } });
    const custom = {
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name: 'x' },
      spec: { a: null },
    };
    const fleet = exampleFleet({
      services: [
        deployment,
        { name: 'typed', image: 'app:1' },
        custom,
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } },
      ],
    });
    expect(fleet.services.map(({ name }) => name)).toEqual(['typed']);
    expect(fleet.sources.services).toEqual(['services[1]']);
    expect(fleet.manifests).toEqual([
      { object: deployment, source: 'services[0]' },
      { object: custom, source: 'services[2]' },
      {
        object: {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'settings', namespace: 'default' },
          data: { a: 'b' },
        },
        source: 'services[3]',
      },
    ]);
  });

  it('lose what a dry run of kubectl leaves and says nothing', () => {
    const [manifest] = exampleFleet({
      services: [object({ metadata: { name: 'plain', creationTimestamp: null }, status: {} } as never)],
    }).manifests;
    expect(manifest?.object).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'plain', namespace: 'default' },
    });
  });

  it.each([
    [{ apiVersion: undefined }, 'apiVersion'],
    [{ kind: '' }, 'kind'],
    [{ metadata: undefined }, 'metadata'],
    [{ metadata: { name: 7 } }, 'metadata.name'],
    [{ metadata: { name: 'a/b' } }, 'metadata.name'],
    [{ metadata: { name: 'a', namespace: 'A' } }, 'metadata.namespace'],
    [{ metadata: { generateName: 'a-', name: 'a' } }, 'metadata.generateName'],
    [{ metadata: { name: 'a', uid: '1' } }, 'metadata.uid'],
    [{ metadata: { name: 'a', resourceVersion: '1' } }, 'metadata.resourceVersion'],
    [{ metadata: { name: 'a', managedFields: [{}] } }, 'metadata.managedFields'],
    [{ metadata: { name: 'a', ownerReferences: [{}] } }, 'metadata.ownerReferences'],
    [{ metadata: { name: 'a', labels: { version: 1 } } }, 'metadata.labels.version'],
    [{ metadata: { name: 'a', annotations: ['x'] } }, 'metadata.annotations'],
    [
      { metadata: { name: 'a', annotations: { 'serving.knative.dev/creator': 'me' } } },
      'metadata.annotations.serving.knative.dev/creator',
    ],
    [{ status: { replicas: 1 } }, 'status'],
    [{ apiVersion: 'serving.knative.dev/v1', kind: 'Revision' }, 'kind'],
    [{ apiVersion: 'autoscaling.internal.knative.dev/v1alpha1', kind: 'PodAutoscaler' }, 'kind'],
    [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'knative-serving' } }, 'metadata.name'],
    [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'config-features', namespace: 'knative-serving' },
      },
      'metadata.name',
    ],
  ])('are refused with %j, for a reason', (more, field) => {
    const found = problemsOf([object(more)]);
    expect(found.map(({ where }) => where)).toEqual([`services[0].${field}`]);
    expect(found[0]?.allowed).toMatch(/\w{3}/);
  });

  it('hold no values of secrets, and the refusal tells only the names of their keys', () => {
    const secret = (more: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, ...more });
    const found = problemsOf([
      secret({ stringData: { password: 'hunter2', user: 'me' } }),
      secret({ metadata: { name: 't' }, data: { token: 'aHVudGVyMg==' } }),
      { apiVersion: 'v1', kind: 'SecretList', metadata: { name: 'x' }, stringData: 'hunter2' },
    ]);
    expect(found.map((problem) => [problem.where, problem.found])).toEqual([
      ['services[0].stringData', 'values of the keys password, user'],
      ['services[1].data', 'values of the keys token'],
    ]);
    expect(found[0]?.allowed).toContain('ExternalSecret');
    expect(JSON.stringify(found)).not.toMatch(/hunter2|aHVudGVyMg/);
    expect(problemsOf([secret({ type: 'kubernetes.io/service-account-token' })])).toEqual([]);
  });

  it('stand once, whatever their version, typed or not, with what comes along with them', () => {
    const claim = {
      apiVersion: 'networking.internal.knative.dev/v1alpha1',
      kind: 'ClusterDomainClaim',
      metadata: { name: 'www.example.com' },
      spec: { namespace: 'default' },
    };
    const knative = {
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name: 'one' },
    };
    const services = [
      { name: 'one', image: 'a' },
      knative,
      object(),
      object({ apiVersion: 'apps/v1beta1' }),
      object({ metadata: { name: 'plain', namespace: 'other' } }),
      claim,
    ];
    const domainMappings = [{ name: 'www.example.com', service: 'one' }];
    const twice = (place: string, what: string) => `each object once: ${what} stands at ${place} already`;
    expect(said(services, { domainMappings })).toEqual([
      ['services[1].metadata.name', twice('services[0]', 'Service default/one')],
      ['services[3].metadata.name', twice('services[2]', 'Deployment shop/plain')],
      ['services[5].metadata.name', twice('domainMappings[0]', 'ClusterDomainClaim www.example.com')],
    ]);
  });

  it('are one mapping for a host, also in another namespace, and its claim is not told again', () => {
    const services = ['default', 'shop'].map((namespace) => ({ name: 'one', namespace, image: 'a' }));
    const domainMappings = ['default', 'shop'].map((namespace) => ({
      name: 'www.example.com',
      namespace,
      service: 'one',
    }));
    expect(said(services, { domainMappings })).toEqual([
      [
        'domainMappings[1].name',
        'each object once: DomainMapping shop/www.example.com stands at domainMappings[0] already',
      ],
    ]);
  });

  it('leave to Knative the Services that it makes itself', () => {
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'one' }, spec: {} };
    expect(said([{ name: 'one', image: 'a' }, service])).toEqual([
      ['services[1].metadata.name', 'another name: Knative makes a Service of this name for services[0]'],
    ]);
  });

  it('may be what a mapping leads to, and a mapping among them leads to a service too', () => {
    const knative = (name: string) => ({
      apiVersion: 'serving.knative.dev/v1',
      kind: 'Service',
      metadata: { name },
    });
    const mapping = (name: string) => ({
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      metadata: { name: `${name}.example.com` },
      spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name } },
    });
    const domainMappings = [{ name: 'www.example.com', service: 'one' }];
    expect(said([knative('one'), mapping('one'), mapping('two')], { domainMappings })).toEqual([
      ['services[2].spec.ref.name', 'a service of the same namespace: default/one'],
    ]);
  });
});
