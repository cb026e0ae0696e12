import { expect, it } from 'vitest';
import type { ServiceInventory } from '../../../lib/migration/inventory.ts';
import { loadTargets } from '../../../lib/rehearsal/load-targets.ts';

/** A service with hosts, and with pods of each revision that its traffic names. */
function service(
  name: string,
  hosts: readonly string[],
  pods: Readonly<Record<string, number>>,
): ServiceInventory {
  const [first = '', ...mapped] = hosts;
  const object = (kind: string, named: string, status: object) => ({
    apiVersion: 'serving.knative.dev/v1',
    kind,
    metadata: { namespace: 'shop', name: named },
    status,
  });
  return {
    service: object('Service', name, {
      url: `http://${first}`,
      traffic: Object.keys(pods).map((revisionName) => ({ revisionName })),
    }),
    revisions: Object.entries(pods).map(([revision, actualReplicas]) =>
      object('Revision', revision, { actualReplicas }),
    ),
    uses: {},
    domainMappings: mapped.map((host) => object('DomainMapping', host, {})),
  };
}

const weights = (inventory: readonly ServiceInventory[], parts: Readonly<Record<string, number>> = {}) =>
  loadTargets({ namespaces: [], services: inventory }, parts).map(({ host, weight }) => [host, weight]);

const front = service('front', ['front.example.com', 'www.example.com'], { 'front-1': 0, 'front-2': 3 });
const reports = service('reports', ['reports.example.com'], { 'reports-1': 0 });

it('asks every host of every service, and one without pods so rarely that it goes back to zero', () => {
  expect(weights([front, reports])).toEqual([
    ['front.example.com', 5],
    ['www.example.com', 5],
    ['reports.example.com', 0.02],
  ]);
});

it('gives a service the part that the fleet says, shared by its hosts', () => {
  expect(weights([front, reports], { 'shop/front': 3, 'shop/reports': 1, 'other/front': 9 })).toEqual([
    ['front.example.com', 1.5],
    ['www.example.com', 1.5],
    ['reports.example.com', 1],
  ]);
});

it('makes nothing of a service that answers nowhere', () => {
  const silent = service('silent', ['silent.example.com'], {});
  expect(weights([{ ...silent, service: { ...silent.service, status: {} } }])).toEqual([]);
});
