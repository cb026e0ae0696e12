import { expect, it } from 'vitest';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { migrateServices } from '../../../lib/migration/migrate.ts';
import { verifyServices } from '../../../lib/migration/verify/index.ts';
import { SimulatedClock } from '../../helpers/simulated-clock.ts';
import { SimulatedCluster } from '../../helpers/simulated-cluster.ts';
import { simulatedServices } from '../../helpers/simulated-services.ts';

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

/** Migrates again and again until nothing is waited for, as the engine does. */
async function migrated({ clock, blue, green }: Awaited<ReturnType<typeof clusters>>): Promise<number> {
  for (let run = 1; run < 50; run++) {
    const { waitingFor } = await migrateServices(blue, green, all);
    if (waitingFor.length === 0) return run;
    clock.advance(500);
  }
  throw new Error('the migration has no end');
}

it('recreates services, splits and host names, and reads the source only', async () => {
  const there = await clusters();
  const { clock, blue, green } = there;
  const before = blue.writes;
  expect(await verifyServices(blue, green, all)).toMatchObject({
    services: 3,
    waitingFor: ['shop/cart: not there', 'shop/catalog: not there', 'shop/hello: not there'],
  });
  await migrated(there);
  clock.advance(5_000);
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

it('can be stopped anywhere and begun again, and then changes nothing more', async () => {
  const there = await clusters();
  const { clock, blue, green } = there;
  for (let left = 0; ; left++) {
    // A connection that breaks with the nth write of a run.
    let writes = 0;
    const breaking = new Proxy(green, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name, target);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          if (name === 'apply' && writes++ === left) throw new Error('broken');
          return method.apply(target, given);
        };
      },
    });
    const run = await migrateServices(blue, breaking, all).catch(() => undefined);
    clock.advance(3_000);
    if (run !== undefined && run.waitingFor.length === 0) break;
  }
  expect((await verifyServices(blue, green, all)).waitingFor).toEqual([]);
  const generations = (): unknown[] => [...green.objects.values()].map(({ metadata }) => metadata.generation);
  const before = generations();
  expect(await migrated(there)).toBe(1);
  expect(generations()).toEqual(before);
});

it('says what is not as on the source: split, image, template, host name', async () => {
  const there = await clusters();
  const { clock, blue, green } = there;
  await migrated(there);
  clock.advance(5_000);
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

it('does not take what is there for what was asked for: the same name, another image', async () => {
  const there = await clusters();
  const { clock, blue, green } = there;
  await green.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const old = (image: string): KubeObject => ({
    apiVersion: serving,
    kind: 'Service',
    metadata: { name: 'catalog', namespace: 'shop' },
    spec: { template: { metadata: { name: 'catalog-v1' }, spec: { containers: [{ image }] } } },
  });
  await green.apply(old('registry.example.com/catalog:0'));
  clock.advance(5_000);
  const { writes } = green;
  await expect(migrateServices(blue, green, all)).rejects.toThrow(
    'shop/catalog cannot come to the target: the target has another revision catalog-v1',
  );
  // All of them are planned before the first is touched.
  expect(green.writes).toBe(writes);
});

it('gives the first update after it a new revision with the new image', async () => {
  const there = await clusters();
  const { clock, green } = there;
  await migrated(there);
  clock.advance(5_000);
  for (const name of ['cart', 'catalog']) {
    const reference = { apiVersion: serving, kind: 'Service', namespace: 'shop', name };
    const metadata = name === 'catalog' ? { metadata: { name: 'catalog-v3' } } : {};
    const template = { ...metadata, spec: { containers: [{ image: 'registry.example.com/new:1' }] } };
    await green.patch(reference, { spec: { template } });
    clock.advance(5_000);
    const latest = (await green.get(reference))?.status?.latestReadyRevisionName;
    const revision = await green.get({
      apiVersion: serving,
      kind: 'Revision',
      namespace: 'shop',
      name: latest,
    });
    // A tag that is to stay what it was takes one generation.
    expect(latest).toBe(name === 'catalog' ? 'catalog-v3' : 'cart-00003');
    expect(revision?.spec.containers[0].image).toBe('registry.example.com/new:1');
  }
});
