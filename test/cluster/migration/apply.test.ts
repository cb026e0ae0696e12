import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import type { ClusterLocation, Colour } from '../../../lib/fleet/index.ts';
import {
  type ApplyResult,
  applyMigration,
  releaseOwnership,
  waitUntilReady,
} from '../../../lib/migration/apply/index.ts';
import { type RegionPlan, sumsOf, takeMigrationPlan } from '../../../lib/migration/plan/index.ts';
import { seededRandom } from '../../../lib/rehearsal/random.ts';
import { appliesAs } from '../../helpers/applies-as.ts';
import { seededFaults, startFaultyProxy } from '../../helpers/faulty-proxy.ts';
import { connectApi, sharedKubeconfig, until } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/* Carrying a plan out against real API servers, with Knative's webhook and controllers behind them. */

const serving = 'serving.knative.dev/v1';

onClusters('a plan, carried out', () => {
  const made: { colour: Colour; namespace: string }[] = [];
  let folder: string;
  let ports: Readonly<Record<Colour, DefinitionPort>>;

  const locationOf = (colour: Colour): ClusterLocation => ({
    name: colour,
    kubeconfig: sharedKubeconfig(),
    context: colour,
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zeroshift-apply-'));
    ports = {
      blue: createKubernetesCluster(locationOf('blue')),
      green: createKubernetesCluster(locationOf('green')),
    };
  });
  afterAll(async () => {
    for (const { colour, namespace } of made)
      await dismiss(connectApi(clusters()[colour].access), namespace).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  /** A namespace of this run on one colour or both. */
  async function namespaceOn(name: string, ...colours: Colour[]): Promise<string> {
    const namespace = ownNamespace(`apply-${name}`);
    for (const colour of ['blue', 'green'] as const) {
      made.push({ colour, namespace });
      if (colours.includes(colour))
        await ports[colour].create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    }
    return namespace;
  }

  const config = (namespace: string, name: string, data: object): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace },
    data,
  });
  const secret = (namespace: string, name: string, data: object): KubeObject => ({
    ...config(namespace, name, data),
    kind: 'Secret',
    type: 'Opaque',
  });
  const account = (namespace: string, name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace },
  });
  /** Ready without a pod: it begins with none. */
  const service = (namespace: string, name: string, needs: string | undefined, env: object[] = []) => ({
    apiVersion: serving,
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      template: {
        metadata: { annotations: { 'autoscaling.knative.dev/initial-scale': '0' } },
        spec: {
          ...(needs === undefined ? {} : { serviceAccountName: needs }),
          containers: [
            {
              image: '10.98.0.1:5000/app:lane',
              env,
              ...(needs === undefined
                ? {}
                : { envFrom: [{ configMapRef: { name: needs } }, { secretRef: { name: needs } }] }),
            },
          ],
        },
      },
    },
  });

  const planFor = (
    namespace: string,
    source: DefinitionPort = ports.blue,
    target: DefinitionPort = ports.green,
  ): Promise<RegionPlan> =>
    takeMigrationPlan({
      source,
      target,
      context: { from: 'blue', to: 'green', region: 'eu-west-1' },
      release: { knative: '1.23.0', features: [] },
      scope: { namespaces: [namespace] },
    });

  const notMade = ({ objects }: ApplyResult) => objects.filter(({ reason }) => reason !== undefined);

  it('hands the fields over to whoever owns them on the source: his next deployment does what it would do there', async () => {
    const namespace = await namespaceOn('release', 'blue', 'green');
    const env = (...names: string[]) => names.map((name) => ({ name, value: '1' }));
    const deployment = (...names: string[]): KubeObject => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'app', image: '10.98.0.1:5000/app:lane', env: env(...names) }] },
        },
      },
    });
    const before = [
      config(namespace, 'app', { image: '1', old: 'x' }),
      deployment('KEPT', 'OLD'),
      service(namespace, 'cart', undefined, env('KEPT', 'OLD')) as KubeObject,
    ];
    const after = [
      config(namespace, 'app', { image: '2' }),
      deployment('KEPT', 'NEW'),
      service(namespace, 'cart', undefined, env('KEPT', 'NEW')) as KubeObject,
    ];
    const deploy = (colour: Colour, object: KubeObject) =>
      appliesAs(locationOf(colour), 'deployer', object).then(({ status }) => status);
    for (const object of before) {
      expect(await deploy('blue', object)).toBeLessThan(300);
      await ports.green.apply(object);
    }
    // A list with keys is shared: there the old value would stay without a conflict.
    for (const object of after.filter(({ kind }) => kind !== 'Deployment'))
      expect(await deploy('green', object), object.kind).toBe(409);
    expect(
      await releaseOwnership({ target: ports.green, source: ports.blue, namespaces: [namespace] }),
    ).toMatchObject({ failed: [] });
    for (const object of after) expect(await deploy('green', object), object.kind).toBe(200);
    const live = async ({ apiVersion, kind, metadata }: KubeObject) =>
      ports.green.get({ apiVersion, kind, namespace, name: metadata.name });
    const [first, second, third] = await Promise.all(after.map(live));
    expect(first?.data).toEqual({ image: '2' });
    for (const [object, at] of [
      [second, second?.spec.template],
      [third, third?.spec.template],
    ] as const) {
      const names = at.spec.containers[0].env.map(({ name }: { name: string }) => name);
      expect(names, object?.kind).toEqual(['KEPT', 'NEW']);
    }
    for (const object of [first, second, third])
      expect(JSON.stringify(object?.metadata.managedFields)).not.toContain('"zeroshift"');
  });

  it('gives nobody what nobody is known of, and leaves no owner of everything behind', async () => {
    const namespace = await namespaceOn('nobody', 'green');
    await ports.green.apply(config(namespace, 'app', { image: '1' }));
    expect(await releaseOwnership({ target: ports.green, namespaces: [namespace] })).toEqual({
      released: 1,
      failed: [],
    });
    const next = config(namespace, 'app', { image: '2' });
    expect(await appliesAs(locationOf('green'), 'deployer', next)).toMatchObject({ status: 200 });
    // What would happen without what is left behind: everything is said to be somebody's from before.
    await ports.green.apply(config(namespace, 'bare', { image: '1' }));
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'bare' };
    await ports.green.patch(reference, { metadata: { managedFields: [{}] } });
    const refused = await appliesAs(
      locationOf('green'),
      'deployer',
      config(namespace, 'bare', { image: '2' }),
    );
    expect(refused).toMatchObject({ status: 409, body: expect.stringContaining('before-first-apply') });
  });

  it('fails what hangs, in the words of the API server', async () => {
    const namespace = await namespaceOn('hangs', 'blue', 'green');
    const going = await namespaceOn('going', 'blue', 'green');
    const held = config(namespace, 'held', { a: '1' });
    for (const object of [held, config(namespace, 'free', { a: '1' }), config(going, 'late', { a: '1' })])
      await ports.blue.create(object);
    const plans = [await planFor(namespace), await planFor(going)];
    // Between the plan and the apply.
    const finalizers = ['example.com/never'];
    await ports.green.create({ ...held, metadata: { ...held.metadata, finalizers } });
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'held' };
    await ports.green.remove((await ports.green.get(reference)) as KubeObject);
    const stay = config(going, 'stays', { a: '1' });
    await ports.green.create({ ...stay, metadata: { ...stay.metadata, finalizers } });
    const place = { apiVersion: 'v1', kind: 'Namespace', name: going };
    await ports.green.remove((await ports.green.get(place)) as KubeObject);
    await until('the namespace is going', 20, async () => {
      const namespaceNow = await ports.green.get(place);
      return namespaceNow?.status?.phase === 'Terminating' ? true : undefined;
    });
    const results = [];
    for (const plan of plans)
      results.push(await applyMigration({ plan, source: ports.blue, target: ports.green }));
    const reasons = results.flatMap(notMade).map(({ name, reason }) => ({ name, ...reason }));
    for (const { port, name, at } of [
      { port: ports.green, name: 'held', at: namespace },
      { port: ports.green, name: 'stays', at: going },
    ])
      await port.patch(
        { apiVersion: 'v1', kind: 'ConfigMap', namespace: at, name },
        { metadata: { finalizers: null } },
      );
    expect(reasons).toMatchObject([
      { name: 'held', code: 'being-deleted', why: expect.stringContaining('example.com/never') },
      { name: 'late', code: 'namespace-being-deleted', why: expect.stringContaining('terminated') },
    ]);
  });

  it('comes to the same end on a bad way to both clusters, and when two do it at once', async () => {
    const namespace = await namespaceOn('bad-way', 'blue');
    const names = Array.from({ length: 12 }, (_, index) => `s-${index}`);
    const big = Buffer.alloc(1_048_576, 7).toString('base64');
    await ports.blue.create(secret(namespace, 'big', { blob: big }));
    for (const name of names) {
      await ports.blue.create(account(namespace, name));
      await ports.blue.create(config(namespace, name, { name }));
      await ports.blue.create(secret(namespace, name, { password: Buffer.from(name).toString('base64') }));
      await ports.blue.apply(service(namespace, name, name) as KubeObject);
      // A history of two.
      if (name.endsWith('1'))
        await ports.blue.apply(service(namespace, name, name, [{ name: 'V', value: '2' }]) as KubeObject);
    }
    const services = names.map((name) => ({ namespace, name }));
    expect(await waitUntilReady({ target: ports.blue, services, timeoutMs: 90_000 })).toMatchObject({
      unready: [],
    });
    const plan = await planFor(namespace);
    const through = async (colour: Colour, seed: number) => {
      const behind = locationOf(colour);
      const proxy = await startFaultyProxy({ behind, directory: folder, fault: seededFaults(seed, 0.25) });
      return { proxy, port: createKubernetesCluster(proxy.location) };
    };
    const ways = await Promise.all([through('blue', 1), through('green', 2), through('green', 3)]);
    const [from, first, second] = ways;
    try {
      const results = await Promise.all(
        [first, second].map(({ port }, index) =>
          applyMigration({ plan, source: from.port, target: port, random: seededRandom(index) }),
        ),
      );
      expect(results.flatMap(notMade)).toEqual([]);
      expect([...first.proxy.met.keys()].length).toBeGreaterThan(5);
    } finally {
      await Promise.all(ways.map(({ proxy }) => proxy.close()));
    }
    expect(
      await waitUntilReady({ target: ports.green, source: ports.blue, services, timeoutMs: 90_000 }),
    ).toMatchObject({ ready: names.length, unready: [] });
    const again = await planFor(namespace);
    expect(sumsOf([again])).toMatchObject({ create: 0, update: 0, conflict: 0, refusal: 0 });
    const blob = await ports.green.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: 'big' });
    expect(blob?.data.blob === big).toBe(true);
    // And nothing is written by a run that finds all as it is.
    const before = await versions(namespace);
    expect(
      (await applyMigration({ plan: again, source: ports.blue, target: ports.green })).sums,
    ).toMatchObject({ applied: 0 });
    expect(await versions(namespace)).toEqual(before);
  }, 240_000);

  async function versions(namespace: string): Promise<string[]> {
    const found: string[] = [];
    for (const kind of ['ConfigMap', 'Secret', 'ServiceAccount'])
      for await (const { metadata } of ports.green.list({ apiVersion: 'v1', kind }, { namespace }))
        found.push(`${kind} ${metadata.name} ${metadata.resourceVersion}`);
    return found;
  }
});
