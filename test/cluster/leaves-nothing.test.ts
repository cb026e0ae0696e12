import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/clusters/index.ts';
import {
  type Api,
  connectApi,
  down,
  holds,
  killPart,
  type Place,
  placeOf,
  registryOf,
  status,
  until,
  up,
} from './index.ts';
import { keeperOf, memoryOf } from './machine/index.ts';
import { differences, type MachineState, machineState } from './machine-state.ts';
import { onClusters } from './on-clusters.ts';

const said: string[] = [];
const progress = (line: string) => void said.push(line);

/** Pods with mounts of several kinds and an address of the node's: all that a node makes for pods. */
const pods = (image: string): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'pods', namespace: 'default' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'pods' } },
    template: {
      metadata: { labels: { app: 'pods' } },
      spec: {
        containers: [
          {
            name: 'one',
            image,
            volumeMounts: [
              { name: 'memory', mountPath: '/memory' },
              { name: 'disk', mountPath: '/disk' },
            ],
            resources: { limits: { cpu: '500m', memory: '64Mi' } },
          },
        ],
        volumes: [
          { name: 'memory', emptyDir: { medium: 'Memory' } },
          { name: 'disk', emptyDir: {} },
        ],
      },
    },
  },
});

async function runPods(place: Place, api: Api): Promise<void> {
  const digest = await registryOf(place).digest('pause', 'lane');
  await api.apply(pods(`${place.registry}:5000/pause@${digest}`));
  await until('the pods', 60, async () =>
    holds(
      await api.get({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'pods', namespace: 'default' }),
      'Available',
    ),
  );
}

onClusters('a cluster that goes', () => {
  let place: Place;
  let before: MachineState;
  beforeAll(async () => {
    place = placeOf('spare');
    await down(place, progress);
    before = await machineState();
  });
  afterAll(() => down(place, progress));

  const upWithPods = async () => {
    const cluster = await up(place, { progress });
    const api = connectApi(cluster.access);
    try {
      await runPods(place, api);
    } finally {
      api.close();
    }
    return cluster;
  };

  it('is all over the machine while it is up', async () => {
    await upWithPods();
    const during = await machineState();
    const more = Object.entries(during).filter(([name, found]) => found.length > (before[name]?.length ?? 0));
    // Its mounts are in a namespace of their own, and it changes no setting but those of its link.
    expect(more.map(([name]) => name)).toEqual(
      expect.arrayContaining(['links', 'routes', 'cgroups', 'processes', 'files']),
    );
    expect(during.mounts).toEqual(before.mounts);
    expect(during.rules).toEqual(before.rules);
    expect(during.settings?.filter((line) => !line.includes('zs-spare'))).toEqual(before.settings);
  });

  it('is left as it is by a second up, and by two at once', async () => {
    const keeper = await keeperOf(place);
    const began = performance.now();
    await Promise.all([up(place, { progress }), up(place, { progress })]);
    expect(await keeperOf(place)).toEqual(keeper);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('leaves nothing after down, nor after a second one', async () => {
    await down(place, progress);
    expect(differences(before, await machineState())).toEqual([]);
    await down(place, progress);
    expect(differences(before, await machineState())).toEqual([]);
    expect((await status(place)).state).toBe('down');
  });

  it('leaves no process and no mount when its keeper is killed, and comes up again', async () => {
    await upWithPods();
    const keeper = await keeperOf(place);
    process.kill(keeper?.pid ?? 0, 'SIGKILL');
    await until(
      'the end of every process',
      20,
      async () => (await machineState()).processes?.length === before.processes?.length,
    );
    expect((await status(place)).state).toBe('broken');
    const after = await machineState();
    expect(after.mounts).toEqual(before.mounts);
    await upWithPods();
    expect((await status(place)).state).toBe('up');
  });

  it('leaves nothing when all of it is killed at once', async () => {
    const keeper = await keeperOf(place);
    const all = await memoryOf(keeper?.pid ?? 0);
    expect(all.length).toBeGreaterThan(12);
    for (const { pid } of all) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It ended with one before.
      }
    }
    await down(place, progress);
    expect(differences(before, await machineState())).toEqual([]);
  });

  it('starts a part again that was killed, with the objects that there were', async () => {
    const { access } = await upWithPods();
    const api = connectApi(access);
    try {
      const uid = async () =>
        (await api.get({ apiVersion: 'v1', kind: 'Namespace', name: 'default' }))?.metadata.uid;
      const known = await uid();
      const keeper = await keeperOf(place);
      await killPart(place, 'kube-apiserver');
      // Whoever brings it up now must leave it to its keeper, and wait.
      expect((await status(place)).state).toBe('restarting');
      await up(place, { progress });
      expect((await status(place)).state).toBe('up');
      expect(await keeperOf(place)).toEqual(keeper);
      expect(await uid()).toBe(known);
      await until('its second start', 20, async () =>
        (await status(place)).parts.some(
          ({ name, starts, pid }) => name === 'kube-apiserver' && starts === 2 && pid > 0,
        ),
      );
      await until('the API server', 30, async () => (await api.raw('/readyz')) === 'ok');
      expect(await uid()).toBe(known);
    } finally {
      api.close();
    }
    await down(place, progress);
    expect(differences(before, await machineState())).toEqual([]);
  });
});
