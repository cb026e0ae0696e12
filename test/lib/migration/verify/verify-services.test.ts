import { expect, it } from 'vitest';
import type { ApplyPort } from '../../../../lib/migration/apply/guarded-port.ts';
import { applyMigration, takeMigrationPlan, verifyServices } from '../../../../lib/migration/index.ts';
import { SimulatedClock } from '../../../helpers/simulated-clock.ts';
import { SimulatedCluster } from '../../../helpers/simulated-cluster.ts';
import { simulatedServices } from '../../../helpers/simulated-services.ts';

const all = ['hello', 'cart', 'catalog'].map((name) => ({ namespace: 'shop', name }));
const serving = 'serving.knative.dev/v1';

async function clusters() {
  const clock = new SimulatedClock();
  const [blue, green] = [new SimulatedCluster({ clock }), new SimulatedCluster({ clock })];
  for (const generation of simulatedServices) {
    for (const object of generation) await blue.apply(object);
    clock.advance(5_000);
  }
  return { clock, blue, green };
}

const release = { knative: '1.23.0', features: [] };

/** Migrates once, and says how many objects that took. */
async function migrated({ clock, blue, green }: Awaited<ReturnType<typeof clusters>>): Promise<number> {
  const context = { from: 'blue', to: 'green', region: 'eu-west-1' } as const;
  const plan = await takeMigrationPlan({ source: blue, target: green, context, release });
  const target: ApplyPort = {
    get: (reference) => green.get(reference),
    apply: (object) => green.apply(object),
    patch: (reference, patch) => green.patch(reference, patch),
    create: (object) => green.create(object),
    remove: (object) => green.remove(object),
  };
  const { objects, sums } = await applyMigration({ plan, source: blue, target });
  expect(objects.filter(({ outcome }) => outcome !== 'applied' && outcome !== 'unchanged')).toEqual([]);
  clock.advance(5_000);
  return sums.applied;
}

it('recreates services, splits and host names, and reads the source only', async () => {
  const there = await clusters();
  const { blue, green } = there;
  const before = blue.writes;
  expect(await verifyServices(blue, green, all)).toMatchObject({
    services: 3,
    waitingFor: ['shop/cart: not there', 'shop/catalog: not there', 'shop/hello: not there'],
  });
  expect(await migrated(there)).toBeGreaterThan(0);
  expect(await migrated(there)).toBe(0);
  expect(await verifyServices(blue, green, all)).toEqual({ services: 3, waitingFor: [] });
  expect(blue.writes).toBe(before);
  const catalog = await green.get({
    apiVersion: serving,
    kind: 'Service',
    namespace: 'shop',
    name: 'catalog',
  });
  expect(catalog?.status?.traffic).toMatchObject([
    { revisionName: 'catalog-v1', percent: 90 },
    { revisionName: 'catalog-v2', percent: 10, tag: 'next' },
  ]);
});

it('says what is not as on the source: split, image, template, host name', async () => {
  const there = await clusters();
  const { clock, blue, green } = there;
  await migrated(there);
  const service = (name: string) => ({ apiVersion: serving, kind: 'Service', namespace: 'shop', name });
  const changes: [string, string, object][] = [
    ['catalog', 'traffic', { spec: { traffic: [{ revisionName: 'catalog-v1', percent: 100 }] } }],
    [
      'cart',
      'traffic',
      { spec: { template: { spec: { containers: [{ image: 'registry.example.com/cart:9' }] } } } },
    ],
    [
      'hello',
      'spec\\.template\\.spec\\.timeoutSeconds: nothing instead of 7',
      { spec: { template: { spec: { timeoutSeconds: 7 } } } },
    ],
  ];
  for (const [name, , patch] of changes) await blue.patch(service(name), patch);
  await blue.patch(
    {
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      namespace: 'shop',
      name: 'www.example.com',
    },
    {
      metadata: { labels: { a: 'b' } },
    },
  );
  green.objects.delete('serving.knative.dev/v1beta1/DomainMapping/shop/www.example.com');
  clock.advance(5_000);
  const { waitingFor } = await verifyServices(blue, green, all);
  for (const [name, what] of changes)
    expect(waitingFor).toContainEqual(expect.stringMatching(new RegExp(`^shop/${name}: .*${what}`)));
  expect(waitingFor).toContainEqual(
    expect.stringMatching(/^shop\/cart: .*host www\.example\.com: does not lead to it/),
  );
});
