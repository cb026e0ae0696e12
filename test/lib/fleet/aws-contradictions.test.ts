import { describe, expect, it } from 'vitest';
import type { FleetInput } from '../../../lib/fleet/fleet-input.ts';
import type { ZeroshiftError } from '../../../lib/messages/error.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

const wrongIn = (fleet: Partial<FleetInput>): string[] => {
  try {
    exampleFleet(fleet);
    return [];
  } catch (error) {
    return (error as ZeroshiftError).problems.map(({ where, allowed }) => `${where}: ${allowed}`);
  }
};
const certificate = (region: string) => `arn:aws:acm:${region}:111122223333:certificate/1234`;
const tls = { certificates: { 'eu-west-1': certificate('eu-west-1') } };
const colour = (more: object) => ({ kubernetes: '1.34', knative: '1.22.0', ...more });
const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/1234abcd';
const existing = { acceleratorArn: accelerator, listenerArn: `${accelerator}/listener/0123` };

describe('addresses: only what AWS allows', () => {
  it.each([
    ['IPv4 everywhere', {}, {}],
    ['clients that pods see', { clientAddress: 'preserved' }, {}],
    ['load balancers with both', { addresses: 'dual-stack' }, {}],
    ['TLS at the load balancers', { tls }, {}],
    ['TLS at load balancers with both', { tls, addresses: 'dual-stack' }, {}],
  ] as const)('takes %s', (_, entrance, given) => {
    expect(wrongIn({ entrance, accelerator: given })).toEqual([]);
  });

  it.each([
    ['a dual-stack accelerator', {}, { addresses: 'dual-stack' }, /accelerator.addresses: .*type ip/],
    [
      'clients that pods see behind both',
      { clientAddress: 'preserved', addresses: 'dual-stack' },
      {},
      /entrance.clientAddress: .*dual-stack load balancer/,
    ],
    ['clients that pods see behind TLS', { clientAddress: 'preserved', tls }, {}, /clientAddress: .*TLS/],
  ] as const)('refuses %s, with the reason', (_, entrance, given, reason) => {
    const found = wrongIn({ entrance, accelerator: given });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(reason);
  });
});

describe('TLS at the load balancers', () => {
  it('needs a certificate of each region, in that region', () => {
    const certificates = { 'us-east-1': certificate('us-east-1') };
    expect(wrongIn({ entrance: { tls: { certificates } } })).toEqual([
      'entrance.tls.certificates.eu-west-1: the ARN of a certificate in eu-west-1',
      'entrance.tls.certificates.us-east-1: a region of the fleet: eu-west-1',
    ]);
    expect(
      wrongIn({ entrance: { tls: { certificates: { 'eu-west-1': certificate('us-east-1') } } } }),
    ).toEqual([expect.stringMatching(/certificates.eu-west-1: a certificate in eu-west-1/)]);
  });

  it('needs a port of the gateway, and no second place for certificates', () => {
    expect(wrongIn({ entrance: { ports: [80], tls } })).toEqual([expect.stringMatching(/^entrance.tls: /)]);
    const found = wrongIn({
      entrance: { tls },
      colours: {
        blue: colour({ serving: { network: { 'http-protocol': 'Redirected' } } }),
        green: colour({ ingress: { config: { 'certs-secret-name': 'a', 'certs-secret-namespace': 'b' } } }),
      },
    });
    expect(found).toEqual([
      expect.stringMatching(/^colours.blue.serving.network.http-protocol: .*redirected for ever/),
      expect.stringMatching(/^colours.green.ingress.config.certs-secret-name: /),
    ]);
  });
});

it('refuses managed nodes without a controller that binds their pods', () => {
  expect(wrongIn({ clusters: { nodes: { instanceTypes: ['m7g.large'] } } })).toEqual([
    expect.stringMatching(/^colours.blue.ingress.controller: "aws-load-balancer-controller"/),
    expect.stringMatching(/^colours.green.ingress.controller: /),
  ]);
});

it('asks how a cluster of the team is reached', () => {
  const found = (part: object) =>
    wrongIn({ colours: { blue: colour({ existing: { 'eu-west-1': part } }), green: colour({}) } });
  const endpoint = 'https://own.example.com';
  expect(found({ clusterName: 'own', endpoint, certificateAuthority: 'b3du' })).toEqual([]);
  expect(found({ clusterName: 'own', context: 'own' })).toEqual([]);
  expect(found({ clusterName: 'own' })).toEqual([
    expect.stringMatching(/eu-west-1.endpoint: .*describe-cluster/),
  ]);
  expect(found({ clusterName: 'own', endpoint })).toEqual([
    expect.stringMatching(/eu-west-1.certificateAuthority: /),
  ]);
  expect(found({ endpoint })).toEqual([expect.stringMatching(/eu-west-1.clusterName: /)]);
});

it("leaves a team's own accelerator alone, and names to the zones that they are in", () => {
  const flowLogs = { bucket: 'logs' };
  const alias = { hostedZoneId: 'Z0123456789', zone: 'example.com', hosts: ['*.shop.example.com'] };
  expect(wrongIn({ accelerator: { flowLogs, alias } })).toEqual([]);
  expect(wrongIn({ accelerator: { existing, flowLogs, alias } })).toHaveLength(2);
  expect(wrongIn({ accelerator: { alias: { ...alias, hosts: ['example.org', 'notexample.com'] } } })).toEqual(
    [
      'accelerator.alias.hosts: a name in the zone example.com',
      'accelerator.alias.hosts: a name in the zone example.com',
    ],
  );
});

it('sends alarms to topics of their own region', () => {
  const topic = (region: string) => `arn:aws:sns:${region}:111122223333:oncall`;
  const topics = { 'eu-west-1': topic('eu-west-1'), 'us-west-2': topic('us-west-2') };
  expect(wrongIn({ alarms: { topics } })).toEqual([]);
  expect(wrongIn({ alarms: { topics: { 'eu-west-1': topic('us-west-2') } } })).toHaveLength(1);
  expect(wrongIn({ alarms: { topics: { 'us-east-1': topic('us-east-1') } } })).toHaveLength(1);
});
