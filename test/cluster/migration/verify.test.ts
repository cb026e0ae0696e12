import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKubernetesCluster, type KubeObject } from '../../../lib/clusters/index.ts';
import { type Colour, colours } from '../../../lib/fleet/index.ts';
import { createEntrance } from '../../../lib/metrics/index.ts';
import { isFailure, type ServiceVerdict, verifyMigration } from '../../../lib/migration/verify/index.ts';
import { type Api, connectApi, gatewaysOf, until } from '../index.ts';
import { sharedKubeconfig } from '../lane/index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

const namespace = ownNamespace('verify');
const full = ownNamespace('verify-full');
const image = '10.98.0.1:5000/app:lane';
const serving = 'serving.knative.dev/v1';

const service = (name: string, container: object = {}, place = namespace): KubeObject => ({
  apiVersion: serving,
  kind: 'Service',
  metadata: { name, namespace: place, labels: { team: 'shop' } },
  spec: {
    template: {
      metadata: { annotations: { 'autoscaling.knative.dev/window': '6s' } },
      spec: {
        containers: [
          {
            image,
            env: [{ name: 'TARGET', value: name }],
            resources: { requests: { cpu: '10m' } },
            ...container,
          },
        ],
      },
    },
  },
});

/** What is fine on blue, as it is on green, and what green is to say of it. */
const broken: readonly [string, object, RegExp, string?][] = [
  [
    'exits',
    { env: [{ name: 'ANSWER_STATUS', value: 'x' }] },
    /^revision exits-00001: its container user-container ends with exit code 1( \(restarted|$)/,
  ],
  [
    'imageless',
    { image: '10.98.0.1:5000/none:1' },
    /^revision imageless-00001: its image 10\.98\.0\.1:5000\/none:1 cannot be pulled: .*404/,
  ],
  [
    'heavy',
    { resources: { requests: { cpu: '900' } } },
    /^revision heavy-00001: no node takes its pod: 0\/\d+ nodes are available: .*Insufficient cpu/,
  ],
  [
    'secretless',
    { env: [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'none', key: 'k' } } }] },
    /^revision secretless-00001: its container user-container cannot be started: secret "none" not found$/,
  ],
  [
    'squeezed',
    {},
    /^revision squeezed-00001: a quota of its namespace has no room for its pods: none, requested: pods=1, used: pods=0, limited: pods=0$/,
    full,
  ],
];

onClusters('verification on real clusters', () => {
  let apis: Record<Colour, Api>;
  const port = (colour: Colour) =>
    createKubernetesCluster({ name: colour, kubeconfig: sharedKubeconfig(), context: colour });

  async function verdicts(): Promise<Map<string, ServiceVerdict>> {
    const entrances = await Promise.all(
      colours.map(async (colour) => {
        const [gateway = ''] = await gatewaysOf(apis[colour]);
        return { arn: colour, addresses: { '80': gateway.replace('http://', '') } };
      }),
    );
    const [source, target] = entrances;
    if (source === undefined || target === undefined) throw new Error('two colours');
    const found = new Map<string, ServiceVerdict>();
    for await (const one of verifyMigration({
      source: port('blue'),
      target: port('green'),
      namespaces: [namespace, full],
      entrances: { source, target, port: createEntrance() },
      paths: ['/'],
    }))
      found.set(one.name, one);
    return found;
  }

  beforeAll(async () => {
    const { blue, green } = clusters();
    apis = { blue: connectApi(blue.access), green: connectApi(green.access) };
    for (const colour of colours) {
      const cluster = port(colour);
      for (const name of [namespace, full])
        await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
      if (colour === 'green')
        await cluster.apply({
          apiVersion: 'v1',
          kind: 'ResourceQuota',
          metadata: { name: 'none', namespace: full },
          spec: { hard: { pods: '0' } },
        });
      await cluster.apply(service('fine'));
      await cluster.apply(service('never', { image: '10.98.0.1:5000/none:1' }));
      for (const [name, container, , place] of broken)
        await cluster.apply(service(name, colour === 'green' ? container : {}, place));
    }
  });

  afterAll(async () => {
    for (const colour of colours) for (const name of [namespace, full]) await dismiss(apis[colour], name);
  });

  it('finds a service the same that two releases made', async () => {
    let last: unknown;
    const fine = await until(
      'it is the same',
      100,
      async () => {
        const one = (await verdicts()).get('fine');
        last = one;
        return one?.state === 'same' ? one : undefined;
      },
      1000,
    ).catch(() => last);
    expect(fine).toMatchObject({ state: 'same', differences: [], notReady: [] });
  });

  it('does not fail what is not ready on the source either', async () => {
    const never = await until(
      'both say why',
      100,
      async () => {
        const one = (await verdicts()).get('never');
        return one?.sourceNotReady?.includes('404') && one.notReady.length > 0 ? one : undefined;
      },
      1000,
    );
    expect(isFailure(never)).toBe(false);
    expect(never.notReady).toEqual([never.sourceNotReady]);
  });

  it.each(broken)('says why %s is not ready', async (name, _, sentence) => {
    let last: ServiceVerdict | undefined;
    const said = await until(
      `it says ${sentence}`,
      100,
      async () => {
        last = (await verdicts()).get(name);
        // Blue's own takes its time to become ready too.
        if (last?.sourceNotReady !== undefined) return undefined;
        return last?.notReady.find((reason) => sentence.test(reason));
      },
      1000,
    ).catch(() => last);
    expect(said).toMatch(sentence);
    expect(last?.sourceNotReady).toBeUndefined();
  });
});
