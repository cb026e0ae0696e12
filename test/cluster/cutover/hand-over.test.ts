import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import type { Singleton } from '../../../lib/cutover/index.ts';
import { handOver } from '../../../lib/cutover/perform/hand-over.ts';
import { readSingletons } from '../../../lib/cutover/perform/read-singletons.ts';
import type { CutoverPlan, PlannedSingleton, RegionFacts } from '../../../lib/cutover/plan.ts';
import type { ColourPorts } from '../../../lib/cutover/ports.ts';
import { type Colour, colours } from '../../../lib/fleet/index.ts';
import { waiting } from '../../../lib/migration/plan/runs.ts';
import { connectApi, sharedKubeconfig, until } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/*
 * Singletons on Kubernetes' own controllers: when pods are gone, and which runs of a schedule are made up for.
 */

const namespace = ownNamespace('hand-over');
const plan = { id: 'lane-blue-green', from: 'blue', to: 'green' } as CutoverPlan;
const image = '10.98.0.1:5000/app:lane';
const resources = { requests: { cpu: '5m', memory: '16Mi' } };
const app = (name: string, env: Readonly<Record<string, string>> = {}) => ({
  name,
  image,
  resources,
  env: Object.entries({ TARGET: name, ...env }).map(([key, value]) => ({ name: key, value })),
});

const worker: KubeObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'worker', namespace },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'worker' } },
    template: {
      metadata: { labels: { app: 'worker' } },
      spec: { terminationGracePeriodSeconds: 10, containers: [app('worker', { SHUTDOWN_MS: '3000' })] },
    },
  },
};

/** Each run ends by its deadline. */
const cron = (name: string): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace },
  spec: {
    schedule: '* * * * *',
    jobTemplate: {
      spec: {
        backoffLimit: 0,
        activeDeadlineSeconds: 4,
        template: { spec: { restartPolicy: 'Never', containers: [app(name)] } },
      },
    },
  },
});

const plannedOf = ({ apiVersion, kind, metadata }: KubeObject): PlannedSingleton => ({
  apiVersion,
  kind,
  namespace,
  name: metadata.name,
});

onClusters('singletons', () => {
  const ports = {} as Record<Colour, DefinitionPort>;
  const region = () =>
    Object.fromEntries(colours.map((colour) => [colour, { cluster: ports[colour] }])) as unknown as Readonly<
      Record<Colour, ColourPorts>
    >;

  beforeAll(() => {
    for (const colour of colours)
      ports[colour] = createKubernetesCluster({
        name: colour,
        kubeconfig: sharedKubeconfig(),
        context: colour,
      });
    return Promise.all(
      colours.map((colour) =>
        ports[colour].apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }),
      ),
    );
  });

  afterAll(async () => {
    for (const colour of colours) await dismiss(await connectApi(clusters()[colour].access), namespace);
  });

  /** On blue it runs; on green it is as a migration leaves it. */
  async function begin(object: KubeObject): Promise<void> {
    await ports.blue.apply(object);
    const waits = waiting(object);
    if ('waits' in waits) await ports.green.apply(waits.object);
  }

  async function read(object: KubeObject): Promise<readonly Singleton[]> {
    const facts = { region: 'eu-west-1', singletons: [plannedOf(object)] } as unknown as RegionFacts;
    const { singletons, waitingFor } = await readSingletons(plan, facts, region());
    expect(waitingFor).toEqual([]);
    return singletons;
  }

  async function moved(singletons: readonly Singleton[], direction: 'over' | 'back'): Promise<void> {
    await until(`hand-${direction}`, 60, async () => {
      const { waitingFor } = await handOver(plan, singletons, region(), direction, Date.now());
      return waitingFor.length === 0;
    });
  }

  async function names(colour: Colour, kind: string, labelSelector?: string): Promise<string[]> {
    const found: string[] = [];
    const apiVersion = kind === 'Pod' ? 'v1' : 'batch/v1';
    const options = { namespace, ...(labelSelector === undefined ? {} : { labelSelector }) };
    for await (const { metadata } of ports[colour].list({ apiVersion, kind }, options))
      found.push(metadata.name);
    return found.sort();
  }

  /** When both colours had pods while something was done: what there was. */
  async function whileWatched(giver: Colour, taker: Colour, work: () => Promise<void>): Promise<string[]> {
    const both: string[] = [];
    let over = false;
    const looking = (async () => {
      while (!over) {
        // The one that is to be empty is asked last: what is still there then was there before.
        const begun = await names(taker, 'Pod', 'app=worker');
        const left = await names(giver, 'Pod', 'app=worker');
        if (begun.length > 0 && left.length > 0) both.push(`${giver}: ${left}; ${taker}: ${begun}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    await work();
    over = true;
    await looking;
    return both;
  }

  it('a Deployment has pods on one colour only, those that are ending included', async () => {
    await begin(worker);
    await until(
      'two pods on blue',
      60,
      async () => (await ports.blue.get(plannedOf(worker)))?.status?.readyReplicas === 2,
    );
    const singletons = await read(worker);
    expect(singletons).toMatchObject([{ before: { blue: 2, green: 0 }, ready: 2 }]);
    expect(await whileWatched('blue', 'green', () => moved(singletons, 'over'))).toEqual([]);
    expect((await ports.green.get(plannedOf(worker)))?.status?.readyReplicas).toBe(2);
    expect(await names('blue', 'Pod', 'app=worker')).toEqual([]);
    expect(await whileWatched('green', 'blue', () => moved(singletons, 'back'))).toEqual([]);
    expect((await ports.blue.get(plannedOf(worker)))?.spec?.replicas).toBe(2);
    expect(await names('green', 'Pod', 'app=worker')).toEqual([]);
  });

  it('a CronJob repeats no run of the other colour, which one that is only resumed does', {
    timeout: 400_000,
  }, async () => {
    const report = cron('report');
    await begin(report);
    // The same on green, resumed by hand: it shows what there is to be wary of.
    const trap = cron('trap');
    await ports.green.apply({ ...trap, spec: { ...trap.spec, suspend: true } });
    const minute = () => Math.floor(Date.now() / 60_000);
    const jobs = async (colour: Colour, name = 'report') =>
      (await names(colour, 'Job'))
        .filter((job) => job.startsWith(`${name}-`))
        .map((job) => Number(job.split('-')[1]));
    await until('a run on blue', 90, async () => (await jobs('blue')).length > 0);
    const first = minute();
    expect(await jobs('blue')).toContain(first);

    const singletons = await read(report);
    await moved(singletons, 'over');
    await ports.green.patch(plannedOf(trap), { spec: { suspend: false } });
    await until('the trap to close', 20, async () => (await jobs('green', 'trap')).length > 0);
    expect(await jobs('green', 'trap')).toEqual([first]);
    expect(await jobs('green')).toEqual([]);

    await until('a run on green', 90, async () => (await jobs('green')).length > 0);
    expect(await jobs('green')).toEqual([first + 1]);
    await moved(singletons, 'back');
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await jobs('blue')).toEqual([first]);
    await until('a run on blue again', 90, async () => (await jobs('blue')).length > 1);
    expect(await jobs('blue')).toEqual([first, first + 2]);
    expect(await jobs('green')).toEqual([first + 1]);
  });
});
