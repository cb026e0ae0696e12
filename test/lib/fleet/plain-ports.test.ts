import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import type { FleetInput } from '../../../lib/fleet/index.ts';
import { gatewayPortsOf, podPortOf } from '../../../lib/fleet/plain-ports.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

type Ports = NonNullable<NonNullable<FleetInput['entrance']>['ports']>;

const service = (name: string, ports: readonly object[], more: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: { selector: { app: name }, ports, ...more },
});
const broker = service('broker', [
  { port: 1883, targetPort: 'mqtt' },
  { port: 9001, targetPort: 8081 },
  { port: 53, protocol: 'UDP' },
]);
const pods: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'broker', namespace: 'shop' },
  spec: {
    template: {
      metadata: { labels: { app: 'broker', more: 'x' } },
      spec: { containers: [{ name: 'side' }, { ports: [{ name: 'mqtt', containerPort: 11883 }] }] },
    },
  },
};

const fleet = (ports: Ports, services: FleetInput['services'] = [broker, pods]) =>
  exampleFleet({ entrance: { ports }, services });
const said = (ports: unknown, services?: FleetInput['services']) => {
  try {
    fleet(ports as Ports, services);
  } catch (error) {
    if (error instanceof ZeroshiftError)
      return error.problems.map(({ where, value, found, allowed }) => [where, found ?? value, allowed]);
    throw error;
  }
  return [];
};

describe('a port of the entrance that leads to a plain Service', () => {
  it('has every default, and stands among the ports of the listener', () => {
    const { entrance } = fleet([80, { port: 1883, service: 'broker', namespace: 'shop' }]);
    expect(entrance.ports).toEqual([80, 1883]);
    expect(entrance.plainPorts).toEqual([
      {
        port: 1883,
        namespace: 'shop',
        service: 'broker',
        servicePort: 1883,
        healthCheck: { protocol: 'tcp' },
      },
    ]);
    expect(gatewayPortsOf(entrance)).toEqual([80]);
  });

  it('finds the port of the pods: by number, by the name in the workload, or the same', () => {
    const one = fleet(
      [
        443,
        { port: 1, service: 'broker', namespace: 'shop', servicePort: 1883 },
        { port: 2, service: 'broker', namespace: 'shop', servicePort: 9001 },
        {
          port: 3,
          service: 'web',
          namespace: 'shop',
          servicePort: 8000,
          healthCheck: { protocol: 'http', path: '/ok' },
        },
      ],
      [broker, pods, service('web', [{ port: 8000 }])],
    );
    expect(one.entrance.plainPorts.map((plain) => podPortOf(one, plain))).toEqual([11883, 8081, 8000]);
    expect(one.entrance.plainPorts[2]?.healthCheck).toEqual({ protocol: 'http', path: '/ok' });
  });

  it('must lead to a Service of the manifests, to one of its TCP ports, and to pods', () => {
    const to = (more: object) => [443, { port: 1883, service: 'broker', namespace: 'shop', ...more }];
    expect(said(to({ service: 'brokr' }))).toEqual([
      ['entrance.ports[1].service', 'shop/brokr', "a Service of the fleet's manifests: shop/broker"],
    ]);
    expect(said(to({ namespace: 'default' }))).toEqual([
      ['entrance.ports[1].service', 'default/broker', "a Service of the fleet's manifests: shop/broker"],
    ]);
    expect(said(to({}), [])).toEqual([
      ['entrance.ports[1].service', 'shop/broker', "a Service of the fleet's manifests: there is none"],
    ]);
    expect(said(to({}), [{ name: 'broker', namespace: 'shop', image: 'a' }])).toEqual([
      [
        'entrance.ports[1].service',
        'shop/broker',
        'a plain Service: Knative services answer at the ports of the gateway, 80 and 443',
      ],
    ]);
    expect(said(to({ servicePort: 53 }))).toEqual([
      ['entrance.ports[1].servicePort', 53, "one of the Service's TCP ports: 1883, 9001"],
    ]);
    expect(said(to({}), [broker])).toMatchObject([
      ['entrance.ports[1].servicePort', 1883, expect.stringContaining('targetPort')],
    ]);
    expect(said(to({}), [service('broker', [], { type: 'ExternalName' })])).toMatchObject([
      ['entrance.ports[1].service', 'a Service of type ExternalName', 'a Service with pods'],
    ]);
  });

  it.each<[unknown, string, string]>([
    [[80, 8080], 'entrance.ports[1]', '80 or 443'],
    [['80'], 'entrance.ports[0]', '80 or 443'],
    [[], 'entrance.ports', 'at least 1'],
    [[80, 80], 'entrance.ports', 'each port once'],
    [[80, { port: 80, service: 'broker', namespace: 'shop' }], 'entrance.ports', 'each port once'],
    [Array.from({ length: 11 }, (_, port) => ({ port: port + 1, service: 'x' })), 'entrance.ports', '10'],
    [[80, { port: 1883 }], 'entrance.ports[1].service', 'lower-case'],
    [[80, { port: 0, service: 'broker' }], 'entrance.ports[1].port', '1 to 65535'],
    [[80, { port: 1, service: 'b', servicPort: 2 }], 'entrance.ports[1].servicPort', '"servicePort"'],
    [
      [80, { port: 1, service: 'b', healthCheck: { protocol: 'tcp', path: '/' } }],
      'entrance.ports[1].healthCheck.path',
      'http',
    ],
    [
      [80, { port: 1, service: 'b', healthCheck: { protocol: 'http', path: 'ok' } }],
      'entrance.ports[1].healthCheck.path',
      'begins with /',
    ],
  ])('refuses %j at its own field', (ports, where, allowed) => {
    const found = said(ports).map(([at, , what]) => [at, what]);
    expect(found).toEqual([[where, expect.stringContaining(allowed)]]);
  });
});
