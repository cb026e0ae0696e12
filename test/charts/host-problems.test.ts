import { describe, expect, it } from 'vitest';
import { serviceManifests } from '../../charts/index.ts';
import type { KubeObject } from '../../lib/clusters/cluster-port.ts';
import type { FleetInput } from '../../lib/fleet/index.ts';
import { exampleFleet } from '../helpers/fleet.ts';
import { refusal } from '../helpers/refusal.ts';

const colours = {
  blue: { kubernetes: '1.34', knative: '1.22.1' },
  green: { kubernetes: '1.35', knative: '1.23.0' },
};
const fleet = (more: Partial<FleetInput>) => exampleFleet({ colours, domain: 'example.com', ...more });
const b = { name: 'b', image: 'app:1' };
const refused = (more: Partial<FleetInput>) =>
  refusal(() => serviceManifests(fleet(more), 'green')).problems.map(({ where, value }) => [where, value]);

const plainService = (name: string, traffic?: object[], resources: object = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name },
  spec: {
    template: { spec: { containers: [{ image: 'app:1', resources }] } },
    ...(traffic === undefined ? {} : { traffic }),
  },
});
const plainMapping = (name: string): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1beta1',
  kind: 'DomainMapping',
  metadata: { name, namespace: 'default' },
  spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'b', namespace: 'default' } },
});

describe('a host', () => {
  const mapping = (name: string) => ({ domainMappings: [{ name, service: 'b' }] });
  const at = [['domainMappings[0].name', 'b.default.example.com']];

  it('of a mapping is none that a service has already, typed or plain', () => {
    expect(refused({ services: [b], ...mapping('b.default.example.com') })).toEqual(at);
    expect(refused({ services: [plainService('b')], ...mapping('b.default.example.com') })).toEqual(at);
    expect(refused({ services: [b, plainMapping('b.default.example.com')] })).toEqual([
      ['services[1].metadata.name', 'b.default.example.com'],
    ]);
    expect(() =>
      serviceManifests(fleet({ services: [b], ...mapping('c.default.example.com') }), 'green'),
    ).not.toThrow();
  });

  it('of a tag is one, too', () => {
    const traffic = [{ latest: true as const, percent: 100, tag: 'next' }];
    expect(refused({ services: [{ ...b, traffic }], ...mapping('next-b.default.example.com') })).toEqual([
      ['domainMappings[0].name', 'next-b.default.example.com'],
    ]);
    const tagged = plainService('b', [{ latestRevision: true, percent: 100, tag: 'next' }]);
    expect(refused({ services: [tagged, { ...b, name: 'next-b' }] })).toEqual([
      ['services[0].spec.traffic[0].tag', 'next'],
    ]);
  });

  it("follows the colour's templates and domains, and what stays inside has none outside", () => {
    const green = {
      ...colours.green,
      serving: {
        network: { 'domain-template': '{{.Name}}.{{.Domain}}', 'tag-template': '{{.Name}}-{{.Tag}}' },
        domain: { 'example.org': { selector: { team: 'shop' } } },
      },
    };
    const other = (services: FleetInput['services'], name: string) => ({
      colours: { ...colours, green },
      services: services ?? [],
      ...mapping(name),
    });
    expect(refused(other([b], 'b.example.com'))).toEqual([['domainMappings[0].name', 'b.example.com']]);
    expect(refused(other([{ ...b, labels: { team: 'shop' } }], 'b.example.org'))).toHaveLength(1);
    const traffic = [{ latest: true as const, percent: 100, tag: 'next' }];
    expect(refused(other([{ ...b, traffic }], 'b-next.example.com'))).toHaveLength(1);
    // Without their namespaces in the template, services of two namespaces meet.
    expect(refused(other([b, { ...b, namespace: 'shop' }], 'c.example.com'))).toEqual([
      ['services[1].name', 'b'],
    ]);
    const inside = { ...b, network: { visibility: 'cluster-local' as const } };
    for (const [services, name] of [
      [[b], 'b.default.example.com'],
      [[inside], 'b.example.com'],
    ] as const)
      expect(() => serviceManifests(fleet(other([...services], name)), 'green'), name).not.toThrow();
  });
});

it("names of plain manifests follow their kind's rule", () => {
  const plain = (apiVersion: string, kind: string, name: string): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name },
  });
  expect(
    refused({
      services: [
        plain('v1', 'ConfigMap', 'BAD_name'),
        plain('rbac.authorization.k8s.io/v1', 'ClusterRole', 'Team:Reader'),
        plainService('Web'),
      ],
    }),
  ).toEqual([
    ['services[2].metadata.name', 'Web'],
    ['services[0].metadata.name', 'BAD_name'],
  ]);
});

it('resources of plain Services are judged as those of typed ones', () => {
  const service = plainService('b', undefined, { requests: { memry: '1Gi' } });
  expect(refused({ services: [service] })).toEqual([
    ['services[0].spec.template.spec.containers[0].resources.requests.memry', '1Gi'],
  ]);
});
