import { afterAll, beforeAll, expect, it } from 'vitest';
import { release } from '../../../constructs/knative/index.ts';
import { send } from '../../../lib/clusters/api-request.ts';
import { connect } from '../../../lib/clusters/connection.ts';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
  type WatchEvent,
} from '../../../lib/clusters/index.ts';
import type { Colour } from '../../../lib/fleet/index.ts';
import { applyMigration } from '../../../lib/migration/apply/index.ts';
import { type Following, type FollowNews, startFollowing } from '../../../lib/migration/follow/index.ts';
import { takeMigrationPlan } from '../../../lib/migration/plan/index.ts';
import { compact, connectApi, sharedKubeconfig } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/* Watches of real API servers, and one colour that follows the other with Knative's webhook and controllers behind. */

const serving = 'serving.knative.dev/v1';
const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };

onClusters('following', () => {
  const namespace = ownNamespace('follow');
  const ends = new AbortController();
  let ports: Readonly<Record<Colour, DefinitionPort>>;
  let following: Following | undefined;

  beforeAll(async () => {
    const port = (name: Colour): DefinitionPort =>
      createKubernetesCluster({ name, kubeconfig: sharedKubeconfig(), context: name });
    ports = { blue: port('blue'), green: port('green') };
    await ports.blue.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    ends.abort();
    await following?.end().catch(() => undefined);
    for (const colour of ['blue', 'green'] as const)
      await dismiss(connectApi(clusters()[colour].access), namespace).catch(() => undefined);
  });

  const config = (name: string, data: object): KubeObject => ({
    ...configMap,
    metadata: { name, namespace },
    data,
  });
  const service = (value: string): KubeObject => ({
    apiVersion: serving,
    kind: 'Service',
    metadata: { name: 'cart', namespace },
    spec: {
      template: {
        metadata: { annotations: { 'autoscaling.knative.dev/initial-scale': '0' } },
        spec: { containers: [{ image: '10.98.0.1:5000/app:lane', env: [{ name: 'VALUE', value }] }] },
      },
    },
  });
  /** As a person would with kubectl: the fields are his from then on. */
  const editOnGreen = async (name: string, patch: object): Promise<void> => {
    const { server, authorize } = await connect({
      name: 'green',
      kubeconfig: sharedKubeconfig(),
      context: 'green',
    });
    const { status } = await send({
      url: `${server}/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=kubectl-edit`,
      method: 'PATCH',
      options: await authorize(),
      contentType: 'application/merge-patch+json',
      body: JSON.stringify(patch),
      signal: AbortSignal.timeout(10_000),
    });
    expect(status).toBe(200);
  };
  const ask = async <Value>(what: string, question: () => Promise<Value | undefined>): Promise<Value> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const answer = await question();
      if (answer !== undefined) return answer;
      if (Date.now() > deadline)
        throw new Error(`not in time: ${what}: ${JSON.stringify(following?.status())}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const watched = (kind: { apiVersion: string; kind: string }, resourceVersion?: string) => {
    const events: WatchEvent[] = [];
    const stop = new AbortController();
    const options = { namespace, signal: stop.signal };
    const watching = (async () => {
      for await (const event of ports.blue.watch(kind, {
        ...options,
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      }))
        events.push(event);
    })();
    const heard = (what: string, is: (event: WatchEvent) => boolean) =>
      ask(what, async () => events.some(is) || undefined);
    const end = async (): Promise<readonly WatchEvent[]> => {
      stop.abort();
      await watching;
      return events;
    };
    return { heard, end };
  };
  const isAdded =
    (name: string) =>
    (event: WatchEvent): boolean =>
      event.type === 'added' && event.object.metadata.name === name;

  it('a watch recovers from a version that is long gone', async () => {
    // The API server keeps no Events in memory: of these it knows only what etcd still has.
    const event = { apiVersion: 'v1', kind: 'Event' };
    await compact(clusters().blue.place);
    const watch = watched(event, '1');
    await watch.heard('a list', ({ type }) => type === 'synced');
    const involvedObject = { apiVersion: 'v1', kind: 'Namespace', name: namespace, namespace };
    await ports.blue.create({ ...event, metadata: { name: 'seen', namespace }, involvedObject });
    await watch.heard('the event', isAdded('seen'));
    const [first] = await watch.end();
    expect(first).toMatchObject({ type: 'broken', failures: 0, error: { status: 410 } });
  }, 90_000);

  it('a watch hears of Secrets without values', async () => {
    const value = Buffer.from('a value that nobody may see').toString('base64');
    const secret = { apiVersion: 'v1', kind: 'Secret' };
    const watch = watched(secret);
    await watch.heard('a list', ({ type }) => type === 'synced');
    await ports.blue.create({
      ...secret,
      metadata: { name: 'db', namespace },
      type: 'Opaque',
      data: { value },
    });
    await watch.heard('the secret', isAdded('db'));
    expect(JSON.stringify(await watch.end())).not.toContain(value);
  }, 90_000);

  it('brings changes with their revisions, leaves alone what somebody changed, and deletes nothing', async () => {
    const { blue, green } = ports;
    await blue.create(service('1'));
    await blue.create(config('app', { a: '1' }));
    await blue.create(config('theirs', { a: '1' }));
    const news: FollowNews[] = [];
    const knative = '1.23.0';
    following = startFollowing({
      source: blue,
      target: green,
      plan: () =>
        takeMigrationPlan({
          source: blue,
          target: green,
          context: { from: 'blue', to: 'green', region: 'lane' },
          release: { knative, features: release(knative, 'test').features },
          scope: { namespaces: [namespace] },
        }),
      apply: (plan, signal) => applyMigration({ plan, source: blue, target: green, signal }),
      namespaces: [namespace],
      onNews: (one) => news.push(one),
    });
    await following.level();
    const reference = { apiVersion: serving, kind: 'Service', namespace, name: 'cart' };
    const revisions = async (port: DefinitionPort): Promise<string[]> => {
      const names: string[] = [];
      for await (const { metadata } of port.list({ apiVersion: serving, kind: 'Revision' }, { namespace }))
        names.push(metadata.name);
      return names.sort();
    };
    await ask('the first revision', async () => (await revisions(green)).includes('cart-00001') || undefined);
    for (const value of ['2', '3']) {
      await blue.patch(reference, { spec: service(value).spec });
      await ask(
        `revision ${value}`,
        async () => (await revisions(green)).includes(`cart-0000${value}`) || undefined,
      );
    }
    expect(await revisions(green)).toEqual(await revisions(blue));

    await editOnGreen('theirs', { data: { a: 'of somebody' } });
    await blue.patch({ ...configMap, namespace, name: 'theirs' }, { data: { a: '2' } });
    await ask(
      'a conflict',
      async () => news.some((one) => one.news === 'open' && one.open.is === 'conflict') || undefined,
    );
    const app = await blue.get({ ...configMap, namespace, name: 'app' });
    if (app !== undefined) await blue.remove(app);
    await ask(
      'what is left',
      async () => news.some((one) => one.news === 'left' && one.object.name === 'app') || undefined,
    );
    await following.level();
    const summary = await following.end();
    expect(summary).toMatchObject({
      level: true,
      lagMs: 0,
      open: [{ name: 'theirs' }],
      left: [{ name: 'app' }],
    });
    expect(await green.get({ ...configMap, namespace, name: 'app' })).toBeDefined();
    expect((await green.get({ ...configMap, namespace, name: 'theirs' }))?.data).toEqual({
      a: 'of somebody',
    });
  }, 180_000);
});
