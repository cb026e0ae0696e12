import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { arrive } from '../../../../lib/migration/arrival/index.ts';
import { failing } from './failing.ts';
import { type RehearsedKnative, rehearsedKnative, type StorePort, storePort } from './rehearsed-knative.ts';
import {
  bring,
  familyOn,
  findArrival,
  flaws,
  generationsOf,
  namespace,
  pausing,
  refer,
  seenOf,
  serving,
} from './twins.ts';

let blue: RehearsedKnative;
let green: RehearsedKnative;
let here: StorePort;
let there: StorePort;

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T00:00:00Z') });
  [blue, green] = [rehearsedKnative(), rehearsedKnative({ seed: 8 })];
  [here, there] = [storePort(blue.store), storePort(green.store)];
});
afterEach(() => {
  blue.close();
  green.close();
  vi.useRealTimers();
});

const revisions = 'revisions.serving.knative.dev';
const zero = 'autoscaling.knative.dev/initial-scale';

interface Deployed {
  readonly image?: string;
  readonly name?: string;
  readonly traffic?: readonly object[];
  readonly spec?: object;
}

const service = (
  name: string,
  { image = 'ghcr.io/a/cart:1', name: named, traffic, spec }: Deployed,
): KubeObject => ({
  apiVersion: serving,
  kind: 'Service',
  metadata: { name, namespace, labels: { team: 'a' } },
  spec: {
    template: {
      metadata: {
        ...(named === undefined ? {} : { name: named }),
        annotations: { 'autoscaling.knative.dev/min-scale': '1' },
      },
      spec: { containers: [{ image }], ...spec },
    },
    ...(traffic === undefined ? {} : { traffic }),
  },
});

async function deploy(cluster: RehearsedKnative, name: string, ...versions: Deployed[]): Promise<void> {
  for (const version of versions) {
    await storePort(cluster.store).apply(service(name, version));
    await cluster.pass(5);
  }
}

const expectTwins = async (name: string): Promise<void> => {
  const [ours, theirs] = [await familyOn(here, name), await familyOn(there, name)];
  expect(flaws(theirs)).toEqual([]);
  expect(seenOf(theirs)).toEqual(seenOf(ours));
};

it('brings generation, names, places and digests of a service whose traffic names old revisions', async () => {
  await deploy(
    blue,
    'cart',
    { image: 'ghcr.io/a/cart:1' },
    { image: 'ghcr.io/a/cart:2', name: 'cart-two' },
    { image: 'ghcr.io/a/cart:3' },
    {
      image: 'ghcr.io/a/cart:4',
      traffic: [
        { revisionName: 'cart-00001', percent: 60 },
        { revisionName: 'cart-two', percent: 40, tag: 'old' },
        { latestRevision: true, percent: 0, tag: 'next' },
      ],
    },
  );
  blue.store.delete(revisions, namespace, 'cart-00003');
  const { arrival } = await bring(here, green, 'cart', there);
  // Two that pass generations come and go, three generations are passed, three revisions, Service and last generation.
  expect(arrival.writes).toBe(2 + 3 + 3 + 2 + 2);
  await green.pass(10);
  await expectTwins('cart');
  const [ours, theirs] = [await familyOn(here, 'cart'), await familyOn(there, 'cart')];
  expect(theirs.configuration?.metadata.generation).toBe(4);
  expect(generationsOf(theirs)).toEqual(generationsOf(ours));
  expect(theirs.revisions.map(({ spec }) => spec.containers[0].image)).toEqual(
    ours.revisions.map(({ status }) => status.containerStatuses[0].imageDigest),
  );
  expect((await findArrival(here, there, 'cart')).arrival.writes).toBe(0);
  await deploy(green, 'cart', { image: 'ghcr.io/a/cart:5' });
  const after = await there.get(refer('Revision', 'cart-00005'));
  expect(after?.spec.containers[0].image).toBe('ghcr.io/a/cart:5');
});

it('writes the last generation once where the template has no metadata, as people write it', async () => {
  for (const image of ['ghcr.io/a/cart:1', 'ghcr.io/a/cart:2', 'ghcr.io/a/cart:3']) {
    const { metadata, ...rest } = service('cart', { image }).spec.template;
    const bare = { ...service('cart', {}), spec: { template: rest } };
    await here.apply(bare);
    await blue.pass(5);
  }
  await bring(here, green, 'cart', there);
  await green.pass(10);
  await expectTwins('cart');
  const { configuration, revisions: made } = await familyOn(there, 'cart');
  expect(configuration?.metadata.generation).toBe(3);
  expect(made.map(({ metadata }) => metadata.name)).toEqual(['cart-00001', 'cart-00002', 'cart-00003']);
});

/** Two that matter, one of them without traffic, and a gap. */
async function withGap(traffic?: readonly object[]): Promise<void> {
  await deploy(blue, 'cart', ...['1', '2', '3'].map((tag) => ({ image: `ghcr.io/a/cart:${tag}` })));
  if (traffic !== undefined) await deploy(blue, 'cart', { image: 'ghcr.io/a/cart:3', traffic });
  blue.store.delete(revisions, namespace, 'cart-00002');
}

it('starts no pod for what nothing leads to, and knows on the way back what it began with', async () => {
  // By its name: a latest revision that is not up yet lends its traffic to the one before.
  await withGap([{ revisionName: 'cart-00003', percent: 100 }]);
  await bring(here, green, 'cart', there);
  const idle = await there.get(refer('Revision', 'cart-00001'));
  expect(idle?.metadata.annotations).toMatchObject({ [zero]: '0', 'zeroshift.dev/initial-scale': '' });
  await green.pass(10);
  const pods = green.store.list('pods', { namespace }).map(({ metadata }) => metadata.labels?.app);
  expect(new Set(pods)).toEqual(new Set(['cart-00003']));
  await expectTwins('cart');

  // It serves again, and comes from there to a third cluster, where nothing is known of it.
  await there.patch(refer('Service', 'cart'), {
    spec: { traffic: [{ revisionName: 'cart-00001', percent: 100 }] },
  });
  await green.pass(10);
  const third = rehearsedKnative({ zeroScale: false });
  try {
    const port = storePort(third.store);
    const { arrival } = await findArrival(there, port, 'cart', false);
    await arrive(port, arrival, pausing(third));
    await third.pass(10);
    const served = await port.get(refer('Revision', 'cart-00001'));
    expect(served?.metadata.annotations?.[zero]).toBeUndefined();
    expect(seenOf(await familyOn(port, 'cart'))).toEqual(seenOf(await familyOn(there, 'cart')));
  } finally {
    third.close();
  }
});

it('says where pods start that nobody needs', async () => {
  await withGap();
  const { notes, arrival } = await findArrival(here, there, 'cart', false);
  expect(notes).toEqual([expect.stringMatching(/^3 revisions without traffic start a pod for a moment/)]);
  expect(JSON.stringify(arrival)).not.toContain(`"${zero}":"0"`);
});

it('does the same twice at once', async () => {
  await withGap();
  const { arrival } = await findArrival(here, there, 'cart');
  const port = storePort(green.store, 'zeroshift', green.settle);
  await Promise.all([1, 2, 3].map(() => arrive(port, arrival, pausing(green))));
  await green.pass(10);
  await expectTwins('cart');
  expect((await familyOn(there, 'cart')).configuration?.metadata.generation).toBe(3);
});

it('ends the same after each single write that is lost, and where its answer is', async () => {
  for (const isDone of [false, true])
    for (let nth = 1, writes = 1; nth <= writes; nth++) {
      const [old, fresh] = [green, rehearsedKnative({ seed: nth })];
      old.close();
      [green, there] = [fresh, storePort(fresh.store, 'zeroshift', fresh.settle)];
      if (nth === 1 && !isDone) await withGap();
      const { arrival } = await findArrival(here, there, 'cart');
      writes = arrival.writes;
      await expect(
        arrive(failing(there, nth, isDone), arrival, pausing(green)),
        `write ${nth}`,
      ).rejects.toThrow('gone');
      const again = await findArrival(here, there, 'cart');
      if (again.arrival.writes > 0) await arrive(there, again.arrival, pausing(green));
      await green.pass(10);
      await expectTwins('cart');
      expect((await familyOn(there, 'cart')).configuration?.metadata.generation, `write ${nth}`).toBe(3);
    }
});

it('resolves a tag anew where the name leaves no room for another, and finds that in its place the next time', async () => {
  const name = `a${'-63-letters'.repeat(6)}`.slice(0, 62).padEnd(63, 'z');
  await deploy(blue, name, { image: 'cart:1' });
  const first = await bring(here, green, name);
  expect(first.notes.join()).toContain('its tags are resolved anew');
  await green.pass(60);
  // The registry of green gives another digest for the tag.
  const made = await there.get(
    refer('Revision', (await familyOn(there, name)).revisions[0]?.metadata.name ?? ''),
  );
  const containerStatuses = [{ name: 'user-container', imageDigest: `cart@sha256:${'9'.repeat(64)}` }];
  green.store.update('revisions.serving.knative.dev', {
    ...(made as KubeObject),
    status: { ...made?.status, containerStatuses },
  });
  const again = await findArrival(here, there, name);
  expect(again.conflicts).toEqual([]);
  expect(again.arrival.writes).toBe(0);
});

it('touches nothing of others: a revision, a Configuration, a name that is to pass generations', async () => {
  await withGap();
  const kubectl = storePort(green.store, 'kubectl');
  const revision = (name: string): KubeObject => ({
    apiVersion: serving,
    kind: 'Revision',
    metadata: { name, namespace },
    spec: { containers: [{ image: 'ghcr.io/a/else:1' }] },
  });
  const { arrival } = await findArrival(here, there, 'cart');
  await kubectl.create(revision('cart-zs-b'));
  await expect(arrive(there, arrival, pausing(green))).rejects.toMatchObject({
    code: 'migration.in-the-way',
  });
  // Planned anew it passes by other names.
  const other = await findArrival(here, there, 'cart');
  expect(other.arrival.temporary).toEqual(['cart-zsa', 'cart-zsb']);
  await kubectl.create(revision('cart-00001'));
  expect((await findArrival(here, there, 'cart')).conflicts.map(({ field }) => field)).toEqual([
    'Revision cart-00001',
  ]);
  await expect(arrive(there, other.arrival, pausing(green))).rejects.toMatchObject({
    code: 'migration.in-the-way',
  });
  expect((await there.get(refer('Revision', 'cart-00001')))?.spec.containers[0].image).toBe(
    'ghcr.io/a/else:1',
  );

  await kubectl.apply({
    apiVersion: serving,
    kind: 'Configuration',
    metadata: { name: 'pay', namespace },
    spec: { template: { spec: { containers: [{ image: 'ghcr.io/a/else:1' }] } } },
  });
  await deploy(blue, 'pay', { image: 'ghcr.io/a/pay:1' });
  expect((await findArrival(here, there, 'pay')).conflicts.map(({ field }) => field)).toEqual([
    'Configuration pay',
  ]);
});

it('deploys nothing over what somebody deployed there while it was on its way', async () => {
  await withGap();
  await bring(here, green, 'cart', there);
  await green.pass(10);
  await deploy(blue, 'cart', { image: 'ghcr.io/a/cart:4' });
  const { arrival } = await findArrival(here, there, 'cart');
  await deploy(green, 'cart', { image: 'ghcr.io/a/else:4' }, { image: 'ghcr.io/a/else:5' });
  await expect(arrive(there, arrival, pausing(green))).rejects.toMatchObject({
    code: 'migration.target-changed',
  });
  const [conflict] = (await findArrival(here, there, 'cart')).conflicts;
  expect(conflict?.why).toMatch(/deployed cart-00005 \(generation 5\)|another revision cart-00004/);
});

it('goes on where the template is there and the revision that it made is gone', async () => {
  await deploy(blue, 'cart', { image: 'ghcr.io/a/cart:1' }, { image: 'ghcr.io/a/cart:2' });
  await bring(here, green, 'cart', there);
  await green.pass(10);
  green.store.delete(revisions, namespace, 'cart-00002');
  const { arrival } = await bring(here, green, 'cart', there);
  // The template once more would change nothing: another one comes in between.
  expect(arrival.generation).toBe(4);
  await green.pass(10);
  await expectTwins('cart');
  expect((await there.get(refer('Configuration', 'cart')))?.metadata.generation).toBe(4);
});
