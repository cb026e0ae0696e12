import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/index.ts';
import { type Random, seededRandom } from '../../../../lib/rehearsal/random.ts';
import type { Asked, Fault } from '../../../helpers/faulty-api.ts';
import { endAll, followOn, object, service, startTwoColours, type TwoColours } from './two-colours.ts';

const digest = (letter: string): string => `ghcr.io/acme/app@sha256:${letter.repeat(64)}`;
const secretValue = Buffer.from('a value that nobody may see').toString('base64');

let two: TwoColours;
beforeAll(async () => {
  two = await startTwoColours();
}, 120_000);
afterEach(endAll);
afterAll(() => two.close());

const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', namespace: 'shop' };

describe('following between two clusters', () => {
  it('brings what is there and what changes, reports what was deleted, and leaves alone what somebody changed', async () => {
    const { blue, green } = two.people;
    await blue.create(object('Namespace', 'shop'));
    await blue.create(service('cart', digest('a')));
    await blue.create(service('old', digest('a')));
    await blue.create(object('ConfigMap', 'app', { data: { a: '1' } }));
    await blue.create(object('Secret', 'db', { type: 'Opaque', data: { password: secretValue } }));
    const { following, news, until } = followOn(two, seededRandom(1));
    await following.level();
    const has = async (name: string, image: string): Promise<boolean> =>
      (await green.get({ ...knative, name }))?.spec.template.spec.containers[0].image === image;
    expect(await has('cart', digest('a'))).toBe(true);
    expect(
      (await green.get({ apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' }))?.data.password,
    ).toBe(secretValue);

    await blue.patch({ ...knative, name: 'cart' }, service('cart', digest('b')));
    await until('the update came over', () => has('cart', digest('b')));
    // The next update of blue is the next one of green, not a first one.
    await until('its second revision is made', async () => {
      const names: string[] = [];
      for await (const { metadata } of green.list({ ...knative, kind: 'Revision' }))
        names.push(metadata.name);
      return names.includes('cart-00002');
    });

    const old = await blue.get({ ...knative, name: 'old' });
    if (old !== undefined) await blue.remove(old);
    await until('it is reported', () => news.some((one) => one.news === 'left' && one.object.name === 'old'));

    // Somebody changes one object on green, and deletes another.
    await two.patchAsKubectl('green', '/apis/serving.knative.dev/v1/namespaces/shop/services/cart', {
      spec: { template: { spec: { containerConcurrency: 7 } } },
    });
    const map = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'app' };
    const there = await green.get(map);
    if (there !== undefined) await green.remove(there);
    const isOpen = (code: string) => () => news.some((one) => one.news === 'open' && one.open.code === code);
    await until('the change is a conflict', isOpen('field-conflict'));
    await until('the deletion is one', isOpen('deleted-on-target'));
    // What says nothing new does not bring it back, and neither is said again.
    await blue.patch({ ...knative, name: 'cart' }, { metadata: { labels: { a: 'b' } } });
    await until('it is said to be level, but for that', () => following.status().level);
    expect(await green.get(map)).toBeUndefined();
    expect((await green.get({ ...knative, name: 'cart' }))?.spec.template.spec.containerConcurrency).toBe(7);
    expect(news.filter((one) => one.news === 'open')).toHaveLength(2);

    // Blue says something new: that is to come over.
    await blue.patch(map, { data: { a: '2' } });
    await until('it is made again', async () => (await green.get(map))?.data.a === '2');
    await until('the conflict is settled', () => news.some((one) => one.news === 'settled'));

    await until('level', () => following.status().level);
    const summary = await following.end();
    expect(summary).toMatchObject({
      level: true,
      lagMs: 0,
      open: [{ is: 'conflict', name: 'cart' }],
      left: [{ kind: 'Service', name: 'old' }],
    });
    expect(await green.get({ ...knative, name: 'old' })).toBeDefined();
    expect(JSON.stringify([news, summary])).not.toContain(secretValue);
  }, 120_000);

  it.each([11, 12])(
    'ends equal however many changes and faults there were, seed %i',
    async (seed) => {
      const random = seededRandom(seed);
      const { blue, green } = two.people;
      const place = `many-${seed}`;
      await blue.create(object('Namespace', place));
      const { following, news, until } = followOn(two, random, { silentMs: 4000, namespaces: [place] });
      for (const way of Object.values(two.ways)) way.fault = (asked) => anyFault(random, asked);
      const wanted = new Map<string, KubeObject>();
      const begun = Date.now();
      for (let turn = 0; turn < 200; turn += 1) {
        const kind = random() < 0.3 ? 'Secret' : 'ConfigMap';
        const name = `o-${Math.floor(random() * 40)}`;
        const data = { value: Buffer.from(`${seed} ${turn}`).toString('base64') };
        const one = object(kind, name, { data, ...(kind === 'Secret' ? { type: 'Opaque' } : {}) }, place);
        if (wanted.has(`${kind} ${name}`)) await blue.patch({ ...one, name, namespace: place }, { data });
        else await blue.create(one);
        wanted.set(`${kind} ${name}`, one);
        if (random() < 0.02) two.ways[random() < 0.5 ? 'blue' : 'green'].cutAll();
      }
      const rate = 200 / ((Date.now() - begun) / 1000);
      for (const way of Object.values(two.ways)) way.fault = () => undefined;
      const differing = async (): Promise<string[]> => {
        const found: string[] = [];
        for (const [key, { kind, metadata, data }] of wanted) {
          const there = await green.get({ apiVersion: 'v1', kind, namespace: place, name: metadata.name });
          if (JSON.stringify(there?.data) !== JSON.stringify(data)) found.push(key);
        }
        return found;
      };
      // A watch that fell silent is found out by its silence: until then what it does not say is not known.
      await until(`equal after ${Math.round(rate)} changes a second`, async () => {
        const { level, begun } = following.status();
        return level && begun && (await differing()).length === 0;
      });
      const { level, open } = await following.end();
      expect({ level, open: open.filter(({ namespace }) => namespace === place) }).toEqual({
        level: true,
        open: [],
      });
      expect(news.some((one) => one.news === 'applied')).toBe(true);
    },
    120_000,
  );

  it('says what is missing when it is ended while it is behind', async () => {
    const { blue } = two.people;
    await blue.create(object('Namespace', 'late'));
    const { following, until } = followOn(two, seededRandom(3), { gatherMs: 60_000 });
    await following.level();
    await blue.create(object('ConfigMap', 'too-late', { data: { a: 'b' } }, 'late'));
    await until('it is seen', () => !following.status().level);
    const { level, lagMs, missing, pending } = await following.end();
    expect({ level, missing, pending }).toEqual({
      level: false,
      missing: ['ConfigMap late/too-late'],
      pending: ['late'],
    });
    expect(lagMs).toBeGreaterThanOrEqual(0);
  }, 120_000);
});

function anyFault(random: Random, { isWatch }: Asked): Fault | undefined {
  const bytes = Math.floor(random() * 5000);
  const kinds: readonly Fault[] = [
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429, retryAfter: 0.2 },
    { kind: 'refuse' },
    { kind: 'delay', ms: random() * 100 },
    { kind: 'cut', bytes },
    { kind: 'truncate', bytes },
    ...(isWatch
      ? [
          { kind: 'status' as const, status: 410 },
          { kind: 'silent' as const, bytes },
        ]
      : []),
  ];
  return random() < (isWatch ? 0.4 : 0.08) ? kinds[Math.floor(random() * kinds.length)] : undefined;
}
