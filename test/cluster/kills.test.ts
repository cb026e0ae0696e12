import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Kind, KubeObject } from '../../lib/clusters/index.ts';
import {
  type Api,
  applyObjects,
  callGateway,
  connectApi,
  gatewaysOf,
  holds,
  killPart,
  killPod,
  type Place,
  type SteadyLoad,
  steadyLoad,
  until,
} from './index.ts';
import { partStates } from './machine/index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from './on-clusters.ts';

const namespace = ownNamespace('kills');
const serving = 'knative-serving';
const pods: Kind = { apiVersion: 'v1', kind: 'Pod' };
const services: Kind = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' };

/** Milliseconds that an answer takes: long enough that several requests are under way at any time. */
const answerMs = 400;
/** Milliseconds between two requests for a service. */
const every = 40;

/** Milliseconds until a process that was killed has gone, and its connections' other ends know, on a busy machine. */
const noticing = 1000;

/** What of a cluster says what is wanted, as far as it is in a namespace. */
const kinds: readonly Kind[] = [
  ...['Service', 'Revision', 'Configuration', 'Route'].map((kind) => ({
    apiVersion: 'serving.knative.dev/v1',
    kind,
  })),
  { apiVersion: 'networking.internal.knative.dev/v1alpha1', kind: 'Ingress' },
  { apiVersion: 'networking.internal.knative.dev/v1alpha1', kind: 'ServerlessService' },
  { apiVersion: 'autoscaling.internal.knative.dev/v1alpha1', kind: 'PodAutoscaler' },
  ...['Deployment', 'ReplicaSet'].map((kind) => ({ apiVersion: 'apps/v1', kind })),
  ...['Pod', 'Service', 'ConfigMap', 'Secret', 'ServiceAccount'].map((kind) => ({ apiVersion: 'v1', kind })),
];

const service = (name: string, target: string, scaling: Record<string, string>): KubeObject => ({
  ...services,
  metadata: { name, namespace },
  spec: {
    template: {
      metadata: {
        annotations: Object.fromEntries(
          Object.entries(scaling).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]),
        ),
      },
      spec: {
        containers: [
          {
            image: '10.98.0.1:5000/app:lane',
            env: [
              { name: 'TARGET', value: target },
              { name: 'STARTUP_MS', value: '0' },
            ],
            resources: { requests: { cpu: '10m', memory: '16Mi' } },
          },
        ],
      },
    },
  },
});

const two = { 'min-scale': '2', 'max-scale': '2' };
/** Requests reach the pods without an activator, or always by way of one. */
const direct = service('direct', 'direct', { ...two, 'target-burst-capacity': '0' });
const through = service('through', 'through', { ...two, 'target-burst-capacity': '-1' });
/** Gets another revision while something is killed. */
const changed = (target: string) => service('changed', target, { 'min-scale': '1', 'max-scale': '1' });
const hostOf = (name: string) => `${name}.${namespace}.lane.example.com`;

const ofService = (name: string) => `serving.knative.dev/service=${name}`;

onClusters('SIGKILL while services are under load', () => {
  let place: Place;
  let api: Api;
  let gateways: string[];

  const ready = (name: string) =>
    until(`${name} is ready`, 60, async () => {
      const found = await api.get({ ...services, name, namespace });
      return holds(found, 'Ready') ? found : undefined;
    });

  beforeAll(async () => {
    const cluster = clusters().blue;
    place = cluster.place;
    api = connectApi(cluster.access);
    gateways = await gatewaysOf(api);
    await applyObjects(api, [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
      direct,
      through,
      changed('first'),
    ]);
    await Promise.all(['direct', 'through', 'changed'].map(ready));
    await until('requests without an activator', 60, async () => {
      const gateway = gateways[0] ?? '';
      const { body } = await callGateway({ gateway, host: hostOf('direct'), path: '/echo' });
      return !/k-proxy-request/i.test(body);
    });
  });
  afterAll(async () => {
    await dismiss(api, namespace);
    api?.close();
  });

  /** Everything in the namespaces that matter but what is being changed: who it is, and what is wanted of it. */
  const wanted = async (): Promise<Record<string, unknown>> => {
    const found: Record<string, unknown> = {};
    for (const { apiVersion, kind } of kinds)
      for (const space of [namespace, serving, 'kourier-system'])
        for (const { metadata, status: _, ...rest } of await api.list({ apiVersion, kind }, space))
          if (metadata.labels?.['serving.knative.dev/service'] !== 'changed' && metadata.name !== 'changed')
            found[`${kind} ${space}/${metadata.name}`] = { uid: metadata.uid, ...rest };
    return found;
  };

  /** Container → how often it was started anew. */
  const restarts = async (): Promise<Record<string, number>> => {
    const found: Record<string, number> = {};
    for (const space of [namespace, serving, 'kourier-system'])
      for (const { metadata, status: now } of await api.list(pods, space))
        for (const { name, restartCount } of now?.containerStatuses ?? [])
          if (!metadata.name.startsWith('changed-')) found[`${metadata.name} ${name}`] = restartCount;
    return found;
  };

  const loadOn = (...names: string[]) => {
    const load = steadyLoad({ gateways, hosts: names.map(hostOf), path: `/?ANSWER_MS=${answerMs}`, every });
    onTestFinished(async () => void (await load.finish()));
    return load;
  };
  /** Lets a load go on until so many more requests have ended. */
  const goOn = (load: SteadyLoad, more: number) => {
    const before = load.ended.length;
    return until('the load goes on', 30, async () => load.ended.length >= before + more);
  };

  it.each(['kube-apiserver', 'kubelet'])(
    'of the %s cuts nothing, and what was asked for comes',
    async (part) => {
      const partNow = async () => (await partStates(place)).find(({ name }) => name === part);
      const [before, starts, known] = [await wanted(), await restarts(), await partNow()];
      const load = loadOn('direct', 'through', 'changed');
      await goOn(load, 150);
      // In the middle of an update.
      const { metadata } = await api.apply(changed(part));
      await killPart(place, part);
      const again = await until(`another start of ${part}`, 20, async () => {
        const now = await partNow();
        return now !== undefined && now.starts > (known?.starts ?? 0) && now.pid > 0 ? now : undefined;
      });
      expect(again).toMatchObject({ starts: (known?.starts ?? 0) + 1, last: 'killed' });
      const after = await ready('changed');
      expect([after.metadata.uid, after.metadata.generation]).toEqual([metadata.uid, metadata.generation]);
      await until('the new revision answers', 30, async () =>
        load.ended.findLast(({ host }) => host === hostOf('changed'))?.said.startsWith(`${part} `),
      );
      await goOn(load, 100);
      const sent = await load.finish();
      expect(sent.filter(({ status: code }) => code !== 200)).toEqual([]);
      expect(await wanted()).toEqual(before);
      expect(await restarts()).toEqual(starts);
    },
  );

  it('of an activator cuts what is under way in it, and what reaches it before the gateways know', async () => {
    const [before, starts] = [await wanted(), await restarts()];
    const [activator] = await api.list(pods, serving, 'app=activator');
    const { name = '' } = activator?.metadata ?? {};
    const container = `${name} activator`;
    const load = loadOn('direct', 'through');
    await goOn(load, 100);
    await killPod(place, name);
    const killed = performance.now();
    await until('the pod is ready again', 60, async () => {
      const found = await api.get({ ...pods, name, namespace: serving });
      const [one] = found?.status?.containerStatuses ?? [];
      return one?.restartCount === (starts[container] ?? 0) + 1 && one.ready;
    });
    const back = performance.now();
    await goOn(load, 150);
    const sent = await load.finish();

    const lost = sent.filter(({ status: code }) => code !== 200);
    const underWay = lost.filter(({ said }) => said.endsWith('connection termination'));
    const refused = lost.filter(({ said }) => said.endsWith('Connection refused'));
    console.log(
      `${name}: ${underWay.length} cut, ${refused.length} refused within ${Math.round(Math.max(0, ...refused.map(({ at }) => at)) - killed)} ms`,
    );
    // Nothing of what does not go by an activator, and nothing for another reason.
    expect(lost.filter(({ host }) => host !== hostOf('through'))).toEqual([]);
    expect(underWay.length + refused.length).toBe(lost.length);
    // Each was in an activator when this one was killed, and the containers saw them go away.
    expect(underWay.length).toBeGreaterThan(0);
    for (const { at, endedAt } of underWay) {
      expect(at).toBeLessThan(killed + noticing);
      expect(endedAt).toBeGreaterThan(killed - noticing);
      expect(endedAt).toBeLessThan(killed + noticing);
    }
    let abandoned = 0;
    for (const { status: pod } of await api.list(pods, namespace, ofService('through'))) {
      const counts = { gateway: `http://${pod?.podIP}:8080`, host: 'counts', path: '/counts' };
      abandoned += JSON.parse((await callGateway(counts)).body).abandoned;
    }
    expect(abandoned).toBeGreaterThan(0);
    expect(abandoned).toBeLessThanOrEqual(underWay.length);
    for (const { at } of refused) {
      expect(at).toBeGreaterThan(killed - noticing);
      expect(at).toBeLessThan(back);
    }
    expect(await wanted()).toEqual(before);
    expect(await restarts()).toEqual({ ...starts, [container]: (starts[container] ?? 0) + 1 });
  });
});
