import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { arrive } from '../../../../lib/migration/arrival/index.ts';
import { revisionName } from '../../../../lib/validation/index.ts';
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

const seed = Number(process.env.SEED ?? 20_261_124);

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-24T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

/** What happens to a service in its time on the source. */
type Happening =
  | { readonly does: 'deploy'; readonly named: boolean; readonly pinned: boolean }
  | { readonly does: 'again'; readonly which: number }
  | { readonly does: 'route'; readonly picks: readonly number[]; readonly latest: boolean }
  | { readonly does: 'collect'; readonly which: readonly number[] }
  | { readonly does: 'rush'; readonly count: number };

const index = fc.nat({ max: 20 });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('deploy'), named: fc.boolean(), pinned: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('again'), which: index }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constant('route'),
      picks: fc.array(index, { maxLength: 3 }),
      latest: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant('collect'), which: fc.array(index, { maxLength: 4 }) }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('rush'), count: fc.integer({ min: 2, max: 12 }) }) },
) as fc.Arbitrary<Happening>;

const names = fc.constantFrom(
  'cart',
  'a-name-of-fifty-seven-letters-that-leaves-room-for-the-rest-a',
  'a-name-of-sixty-letters-with-a-room-for-three-letters-more-a',
  'a-name-of-sixty-one-letters-with-a-room-for-one-letter-more-a',
);

interface Life {
  readonly name: string;
  readonly first: { readonly named: boolean; readonly pinned: boolean };
  readonly happenings: readonly Happening[];
}

const life: fc.Arbitrary<Life> = fc.record({
  name: names,
  first: fc.record({ named: fc.boolean(), pinned: fc.boolean() }),
  happenings: fc.array(happening, { maxLength: 7 }),
});

const digest = (count: number): string => `sha256:${String(count).padStart(64, '0')}`;

/** A service that lives on a cluster. */
class Living {
  readonly #cluster: RehearsedKnative;
  readonly #port: StorePort;
  readonly #name: string;
  #count = 0;
  #traffic: object[] | undefined;
  #template: object = {};

  constructor(cluster: RehearsedKnative, name: string) {
    this.#cluster = cluster;
    this.#port = storePort(cluster.store, 'kubectl');
    this.#name = name;
  }

  async live({ first, happenings }: Life): Promise<void> {
    await this.happens({ does: 'deploy', ...first });
    for (const one of happenings) await this.happens(one);
  }

  async happens(one: Happening): Promise<void> {
    if (one.does === 'deploy') await this.#deploy(one.named, one.pinned);
    if (one.does === 'rush') for (let left = one.count; left > 0; left--) await this.#deploy(false, false, 0);
    if (one.does === 'again') await this.#again(one.which);
    if (one.does === 'route') await this.#route(one.picks, one.latest);
    if (one.does === 'collect') await this.#collect(one.which);
    await this.#cluster.pass(4);
  }

  async #deploy(named: boolean, pinned: boolean, seconds = 4): Promise<void> {
    const count = ++this.#count;
    // One letter is what the longest names leave.
    const given = `${this.#name}-${String.fromCharCode(98 + (count % 24))}`;
    const isFree = this.#cluster.store.get('revisions.serving.knative.dev', namespace, given) === undefined;
    const image = pinned ? `ghcr.io/a/app@${digest(count)}` : `ghcr.io/a/app:${count}`;
    this.#template = {
      metadata: {
        ...(named && isFree ? { name: given } : {}),
        labels: { count: String(count) },
        annotations: { 'autoscaling.knative.dev/max-scale': '3' },
      },
      spec: { containers: [{ image }] },
    };
    await this.#write();
    if (seconds > 0) await this.#cluster.pass(seconds);
    else this.#cluster.settle();
  }

  /** Back to an earlier revision by its name, with what it says. */
  async #again(which: number): Promise<void> {
    const now: string | undefined = (await this.#port.get(refer('Service', this.#name)))?.spec.template
      .metadata.name;
    const named = (await this.#revisions()).filter(
      ({ metadata }) => /-[a-z]$/.test(metadata.name) && metadata.name !== now,
    );
    const found = named[which % Math.max(1, named.length)];
    if (found === undefined) return;
    const { name, labels } = found.metadata;
    this.#template = {
      metadata: {
        name,
        labels: { count: labels?.count ?? '' },
        annotations: { 'autoscaling.knative.dev/max-scale': '3' },
      },
      spec: found.spec,
    };
    await this.#write();
  }

  async #route(picks: readonly number[], latest: boolean): Promise<void> {
    const revisions = await this.#revisions();
    const chosen = [...new Set(picks.map((pick) => revisions[pick % Math.max(1, revisions.length)]))].filter(
      (one) => one !== undefined,
    );
    const targets: object[] = chosen.map(({ metadata }, at) => ({
      revisionName: metadata.name,
      percent: at === 0 && !latest ? 100 : 0,
      ...(at === 1 ? { tag: 'old' } : {}),
      ...(at === 2 ? { tag: 'older' } : {}),
    }));
    // With its name a template stays as it was completed, or the webhook refuses it.
    this.#template = (await this.#port.get(refer('Service', this.#name)))?.spec.template;
    const all = latest || chosen.length === 0;
    this.#traffic = all ? [{ latestRevision: true, percent: 100 }, ...targets] : targets;
    await this.#write();
  }

  /** As Knative's collector does: what traffic leads to, and the latest, stay. */
  async #collect(which: readonly number[]): Promise<void> {
    const service = await this.#port.get(refer('Service', this.#name));
    const kept = new Set<unknown>([
      service?.status?.latestCreatedRevisionName,
      service?.status?.latestReadyRevisionName,
      ...[...(service?.status?.traffic ?? []), ...(service?.spec?.traffic ?? [])].map(
        ({ revisionName }) => revisionName,
      ),
    ]);
    const idle = (await this.#revisions()).filter(({ metadata }) => !kept.has(metadata.name));
    for (const pick of which) {
      const found = idle[pick % Math.max(1, idle.length)];
      if (found !== undefined)
        this.#cluster.store.delete('revisions.serving.knative.dev', namespace, found.metadata.name);
    }
  }

  async #revisions(): Promise<readonly KubeObject[]> {
    return (await familyOn(this.#port, this.#name)).revisions;
  }

  async #write(): Promise<void> {
    await this.#port.apply({
      apiVersion: serving,
      kind: 'Service',
      metadata: { name: this.#name, namespace, labels: { team: 'a' } },
      spec: {
        template: this.#template,
        ...(this.#traffic === undefined ? {} : { traffic: this.#traffic }),
      },
    });
  }
}

/** Two clusters for the time of one case. */
async function onTwo<T>(body: (blue: RehearsedKnative, green: RehearsedKnative) => Promise<T>): Promise<T> {
  const [blue, green] = [rehearsedKnative(), rehearsedKnative({ seed: 8 })];
  try {
    return await body(blue, green);
  } finally {
    blue.close();
    green.close();
  }
}

async function expectTwins(source: StorePort, target: StorePort, name: string): Promise<void> {
  const [ours, theirs] = [await familyOn(source, name), await familyOn(target, name)];
  expect(flaws(theirs)).toEqual([]);
  expect(seenOf(theirs)).toEqual(seenOf(ours));
  const { generation = 0 } = ours.configuration?.metadata ?? {};
  const at = theirs.configuration?.metadata.generation ?? 0;
  // A tag at generation 1 needs one generation more.
  expect([Math.max(2, generation), generation]).toContain(at);
  const latest: string = ours.configuration?.status?.latestCreatedRevisionName;
  const { [latest]: place, ...others } = generationsOf(ours);
  const { [latest]: there, ...rest } = generationsOf(theirs);
  for (const [revision, label] of Object.entries(rest)) expect(label, revision).toBe(others[revision]);
  // A name that came back has the place of the generation that asks for it.
  if (place === String(generation)) expect(there).toBe(String(at));
}

/** The first update without a name makes the next revision, with its own image. */
async function expectNext(cluster: RehearsedKnative, name: string): Promise<void> {
  const port = storePort(cluster.store, 'zeroshift');
  const before = await familyOn(port, name);
  const { generation = 0 } = before.configuration?.metadata ?? {};
  const service = before.service as KubeObject;
  await port.patch(refer('Service', name), {
    spec: { template: { metadata: { name: null }, spec: { containers: [{ image: 'ghcr.io/a/next:1' }] } } },
  });
  await cluster.pass(5);
  const after = await familyOn(port, name);
  expect(after.configuration?.metadata.generation).toBe(generation + 1);
  const next = revisionName(service.metadata.name, generation + 1);
  expect(after.configuration?.status?.latestReadyRevisionName).toBe(next);
  expect(before.revisions.map(({ metadata }) => metadata.name)).not.toContain(next);
  const made = after.revisions.find(({ metadata }) => metadata.name === next);
  expect(made?.spec.containers[0].image).toBe('ghcr.io/a/next:1');
}

it('makes the same of any history, and the next update is a new one', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.boolean(), (given, isEager) =>
      onTwo(async (blue, green) => {
        await new Living(blue, given.name).live(given);
        const source = storePort(blue.store);
        // Controllers that follow at once, and such that are late.
        const target = storePort(green.store, 'zeroshift', isEager ? green.settle : undefined);
        const { arrival } = await bring(source, green, given.name, target);
        expect(target.writes).toBe(arrival.writes);
        await green.pass(10);
        await expectTwins(source, target, given.name);
        const again = await findArrival(source, target, given.name);
        expect([again.conflicts, again.arrival.writes]).toEqual([[], 0]);
        await expectNext(green, given.name);
      }),
    ),
    { seed, numRuns: 25 },
  );
}, 120_000);

it('follows what happens on the source afterwards, and goes back', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.array(happening, { minLength: 1, maxLength: 4 }), (given, more) =>
      onTwo(async (blue, green) => {
        const living = new Living(blue, given.name);
        await living.live(given);
        const [source, target] = [storePort(blue.store), storePort(green.store)];
        await bring(source, green, given.name, target);
        await green.pass(10);
        for (const one of more) {
          await living.happens(one);
          await bring(source, green, given.name, target);
          await green.pass(10);
        }
        const [ours, theirs] = [await familyOn(source, given.name), await familyOn(target, given.name)];
        expect(flaws(theirs)).toEqual([]);
        const { revisions, ...seen } = seenOf(ours);
        const there = seenOf(theirs);
        // What the source has let go since is still there.
        expect(there).toMatchObject(seen);
        expect(there.revisions).toEqual(expect.arrayContaining(revisions));
        expect(theirs.configuration?.metadata.generation).toBeGreaterThanOrEqual(
          ours.configuration?.metadata.generation ?? 0,
        );
        expect((await findArrival(source, target, given.name)).arrival.writes).toBe(0);
        await expectNext(green, given.name);
      }),
    ),
    { seed, numRuns: 15 },
  );
}, 120_000);

it('ends the same wherever it is stopped, planned anew or not', async () => {
  await fc.assert(
    fc.asyncProperty(life, fc.nat(), fc.boolean(), fc.boolean(), (given, where, isDone, isPlannedAnew) =>
      onTwo(async (blue, green) => {
        await new Living(blue, given.name).live(given);
        const source = storePort(blue.store);
        const target = storePort(green.store, 'zeroshift', green.settle);
        const { arrival } = await findArrival(source, target, given.name);
        const nth = (where % arrival.writes) + 1;
        await expect(arrive(failing(target, nth, isDone), arrival, pausing(green))).rejects.toThrow('gone');
        if (where % 2 === 0) await green.pass(5);
        if (isPlannedAnew) {
          const again = await findArrival(source, target, given.name);
          // The answer to the last write may be all that was lost.
          if (again.arrival.writes > 0 || nth < arrival.writes || !isDone)
            await arrive(target, again.arrival, pausing(green));
        } else await arrive(target, arrival, pausing(green));
        await green.pass(10);
        await expectTwins(source, target, given.name);
      }),
    ),
    { seed, numRuns: 25 },
  );
}, 120_000);
