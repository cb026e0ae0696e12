import { expect, it } from 'vitest';
import type { ClusterPort, KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { loadFleet } from '../../../lib/fleet/index.ts';
import { notRehearsed } from '../../../lib/rehearsal/not-rehearsed.ts';
import { followSingletons, isSingleton, singletonsOf } from '../../../lib/rehearsal/singletons.ts';

const fleet = await loadFleet('examples/shop/fleet.config.ts');

it('rehearses the singleton of the sample fleet', () => {
  const [settlement, ...others] = singletonsOf(fleet);
  expect(settlement?.metadata.name).toBe('settlement');
  expect(others).toEqual([]);
  expect(notRehearsed(fleet)).toBeUndefined();
  // What runs on both is no singleton, and what has no pods in a rehearsal shows nothing.
  expect(isSingleton(settlement as KubeObject, {})).toBe(false);
});

it('sees where a singleton has pods, and for how long nowhere', async () => {
  const singleton = singletonsOf(fleet).slice(0, 1);
  const pods = { blue: 1, green: 0 };
  let looks = 0;
  const cluster = (colour: 'blue' | 'green') =>
    ({
      async *list() {
        if (colour === 'green') looks++;
        for (let i = 0; i < pods[colour]; i++)
          yield { apiVersion: 'v1', kind: 'Pod', metadata: { name: String(i) } };
      },
    }) as unknown as ClusterPort;
  const followed = followSingletons({ blue: cluster('blue'), green: cluster('green') }, singleton);
  const after = (more: number) => expect.poll(() => looks, { timeout: 5_000 }).toBeGreaterThan(looks + more);
  await after(2);
  Object.assign(pods, { blue: 0 });
  await after(3);
  Object.assign(pods, { green: 1 });
  await after(2);
  followed.end();
  const [run] = await followed.runs;
  expect(run).toMatchObject({ name: 'Deployment shop/settlement', both: 0, path: ['blue', 'green'] });
  expect(run?.pauseSeconds).toBeGreaterThan(0.15);

  const twice = followSingletons({ blue: cluster('green'), green: cluster('green') }, singleton);
  await after(4);
  twice.end();
  expect((await twice.runs)[0]?.both).toBeGreaterThan(0);
});
