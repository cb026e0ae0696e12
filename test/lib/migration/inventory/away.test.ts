import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { type InventorySource, takeInventory } from '../../../../lib/migration/inventory/index.ts';
import { takeMigrationPlan } from '../../../../lib/migration/plan/index.ts';
import { make, type Populated, populate } from './populated.ts';

/** A cluster with APIServices whose API servers are away. */
let blue: Populated;

beforeEach(async () => {
  blue = await populate();
  blue.create(make('Namespace', '/shop'), make('ConfigMap', 'app', { data: { a: '1' } }));
});
afterEach(() => blue.close());

const why = 'the server behind it does not answer';

function lacking(apiVersions: readonly string[], apiService?: KubeObject): InventorySource {
  const { cluster } = blue;
  return {
    get: async (reference) => (reference.kind === 'APIService' ? apiService : cluster.get(reference)),
    list: (kind, options) => cluster.list(kind, options),
    discover: async () => ({
      ...(await cluster.discover()),
      unknown: apiVersions.map((apiVersion) => ({ apiVersion, why })),
    }),
  };
}

async function unread(source: InventorySource): Promise<object[]> {
  const found: object[] = [];
  for await (const entry of takeInventory(source)) if (entry.entry === 'unread') found.push(entry);
  return found;
}

it('is not held up by what only measures, so that a migration goes on without its metrics server', async () => {
  const source = lacking([
    'metrics.k8s.io/v1beta1',
    'custom.metrics.k8s.io/v1beta2',
    'external.metrics.k8s.io/v1beta1',
  ]);
  expect(await unread(source)).toEqual([]);
  const plan = await takeMigrationPlan({
    source,
    target: source,
    context: { from: 'blue', to: 'green', region: 'eu-west-1' },
    release: { knative: '1.23.0', features: [] },
  });
  expect(plan.unread).toEqual([]);
});

it('names every other APIService that is away, what the cluster says of it, and the way on', async () => {
  const condition = {
    type: 'Available',
    status: 'False',
    reason: 'FailedDiscoveryCheck',
    message: 'no route',
  };
  const name = 'v1alpha1.apps.example.com';
  const way = 'mend the API server behind it, or delete that APIService if nothing of it is needed';
  const apiService = make('apiregistration.k8s.io/v1 APIService', `/${name}`, {
    status: { conditions: [condition] },
  });
  expect(await unread(lacking(['apps.example.com/v1alpha1'], apiService))).toEqual([
    {
      entry: 'unread',
      kind: 'apps.example.com/v1alpha1',
      why: `the APIService ${name} is not available (FailedDiscoveryCheck: no route): ${way}`,
    },
  ]);
  expect(await unread(lacking(['apps.example.com/v1alpha1']))).toMatchObject([
    { why: `the APIService ${name} is not available (${why}): ${way}` },
  ]);
});
