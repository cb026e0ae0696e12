import { expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { eventText } from '../../../lib/messages/index.ts';
import { checkRehearsable } from '../../../lib/rehearsal/check-fleet.ts';
import { notRehearsed } from '../../../lib/rehearsal/not-rehearsed.ts';
import { rehearsalFleet } from '../../../lib/rehearsal/rehearsal-fleet.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

const object = (apiVersion: string, kind: string, name: string, more: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  ...more,
});
const broker = object('v1', 'Service', 'broker', { spec: { ports: [{ port: 1883 }] } });
const knative = object('serving.knative.dev/v1', 'Service', 'web');
const settings = object('v1', 'ConfigMap', 'settings');
const entrance = { ports: [{ port: 1883, service: 'broker', namespace: 'shop' }, 80 as const] };

it('names plain workloads, what belongs to them, and the ports that lead to them', () => {
  const deployment = object('apps/v1', 'Deployment', 'broker');
  const fleet = exampleFleet({ entrance, services: [broker, deployment, knative, settings] });
  const left = notRehearsed(fleet);
  expect(left).toEqual({ objects: ['Service shop/broker', 'Deployment shop/broker'], ports: [1883] });
  expect(eventText({ event: 'rehearsal.left-out', at: '', level: 'warn', ...left } as never)).toBe(
    "not rehearsed: plain workloads and what belongs to them (Service shop/broker, Deployment shop/broker), and the entrance's port 1883",
  );
  // Nothing listens there, rather than something that would answer in the workload's place.
  expect(rehearsalFleet(fleet).entrance).toMatchObject({ ports: [80], plainPorts: [] });
  expect(notRehearsed(exampleFleet({ services: [knative, settings] }))).toBeUndefined();
});

it('takes services that are written as manifests for services, and plain ones for none', () => {
  expect(() => checkRehearsable(exampleFleet({ services: [knative] }))).not.toThrow();
  const [plain] = entrance.ports;
  const without = exampleFleet({ entrance: { ports: [plain as never] }, services: [broker] });
  expect(() => checkRehearsable(without)).toThrow(
    expect.objectContaining({
      problems: [
        expect.objectContaining({ where: 'services', value: ['Service shop/broker'] }),
        expect.objectContaining({ where: 'entrance.ports', value: [1883] }),
      ],
    }),
  );
});
