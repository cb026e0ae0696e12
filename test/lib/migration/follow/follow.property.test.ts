import { describe, expect, it } from 'vitest';
import { type FollowNews, startFollowing } from '../../../../lib/migration/follow/index.ts';
import { type Random, seededRandom } from '../../../../lib/rehearsal/random.ts';
import { VirtualClock } from './virtual-clock.ts';
import { between, type Faults, World } from './worlds.ts';

const minutes = 60_000;
/** Longer than a watch of these worlds that is not broken takes to tell of a change. */
const toldWithin = 1000;

const pick = (random: Random, count: number): number => Math.floor(random() * count);

function begin(seed: number) {
  const random = seededRandom(seed);
  const clock = new VirtualClock();
  const faults: Faults = { failing: 0, breaking: 0 };
  const [blue, green] = [new World(clock, random, faults), new World(clock, random, faults)];
  const news: FollowNews[] = [];
  const following = startFollowing({
    source: blue,
    target: green,
    ...between(blue, green, clock, random, faults),
    onNews: (one) => news.push(one),
    clock,
  });
  const failures: unknown[] = [];
  following.ended.catch((error: unknown) => failures.push(error));
  return { random, clock, faults, blue, green, news, following, failures };
}

const told = (news: readonly FollowNews[], what: FollowNews['news']): FollowNews[] =>
  news.filter((one) => one.news === what);

describe('following, whatever happens', () => {
  it.each(Array.from({ length: 15 }, (_, index) => index + 1))(
    'green equals blue after the last change and a quiet time, seed %i',
    async (seed) => {
      const { random, clock, faults, blue, green, news, following, failures } = begin(seed);
      for (let count = 0; count < 30; count += 1)
        blue.put(pick(random, 3), `ns-${pick(random, 5)}`, `o-${count}`, 'first');
      /** Green's objects that somebody changed or deleted, and what they were then. */
      const somebodys = new Map<string, string | undefined>();
      const changeGreen = (): void => {
        const keys = [...green.objects.keys()];
        const key = keys[pick(random, keys.length)];
        const own = key === undefined ? undefined : green.objects.get(key)?.object;
        if (key === undefined || own === undefined) return;
        if (random() < 0.5) {
          green.remove(key);
          somebodys.set(key, undefined);
        } else {
          const kind = ['ConfigMap', 'Secret', 'Service'].indexOf(own.kind);
          green.put(kind, own.metadata.namespace ?? '', own.metadata.name, 'by somebody');
          somebodys.set(key, 'by somebody');
        }
      };
      for (let turn = 0; turn < 150; turn += 1) {
        faults.failing = turn % 50 < 25 ? 0.1 : 0;
        faults.breaking = turn % 40 < 20 ? 0.15 : 0;
        for (let change = pick(random, 5); change > 0; change -= 1) {
          const keys = [...blue.objects.keys()];
          if (random() < 0.1) blue.remove(keys[pick(random, keys.length)] ?? '');
          else {
            const value = random() < 0.05 ? 'refused' : `at ${turn}`;
            blue.put(pick(random, 3), `ns-${pick(random, 5)}`, `o-${pick(random, 40)}`, value);
          }
        }
        if (random() < 0.05) changeGreen();
        await clock.pass(pick(random, 4000));
        if (!following.status().level) continue;
        // Whoever says that nothing is missing must be right, but for what cannot have been told yet.
        const open = new Set(
          following.status().open.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`),
        );
        const unread = new Set(
          following.status().open.flatMap(({ is, kind }) => (is === 'unread' ? [kind] : [])),
        );
        for (const [key, { object, changedAt }] of blue.objects)
          if (
            changedAt < clock.now() - toldWithin &&
            !open.has(key) &&
            !somebodys.has(key) &&
            !unread.has(object.kind)
          )
            expect(green.objects.get(key)?.object.spec, `${key} at turn ${turn}`).toEqual(object.spec);
      }
      faults.failing = 0;
      faults.breaking = 0;
      await clock.pass(15 * minutes);
      if (failures.length > 0) throw failures[0];
      const status = following.status();
      expect(status).toMatchObject({
        lagMs: 0,
        level: true,
        pending: [],
        unheard: [],
        troubles: [],
      });
      const open = new Set(status.open.map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`));
      for (const [key, { object }] of blue.objects) {
        const there = green.objects.get(key)?.object.spec;
        if (open.has(key)) expect(there, key).not.toEqual(object.spec);
        else expect(there, key).toEqual(object.spec);
      }
      // Nothing is taken away from green but by somebody, and what somebody wrote stands.
      expect(green.deleted.every((key) => somebodys.has(key))).toBe(true);
      for (const [key, value] of somebodys)
        if (open.has(key) && value !== undefined)
          expect(green.objects.get(key)?.object.spec.value).toBe(value);
      // A conflict is told once, until it is another one.
      const conflicts = told(news, 'open').map((one) => JSON.stringify(one));
      const settled = told(news, 'settled').length;
      expect(conflicts.length - new Set(conflicts).size).toBeLessThanOrEqual(settled);
      await following.end();
    },
  );
});
