import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type KubeObject,
  type KubernetesClusterOptions,
  type WatchEvent,
  type WatchOptions,
} from '../../../lib/clusters/index.ts';
import {
  type ApiServer,
  createStore,
  rehearsalResources,
  type Store,
  startApiServer,
} from '../../../lib/rehearsal/kube-api/index.ts';
import { type Random, seededRandom } from '../../../lib/rehearsal/random.ts';
import { type Asked, type Fault, type FaultyApi, startFaultyApi } from '../../helpers/faulty-api.ts';

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };

let folder: string;
let store: Store;
let server: ApiServer;
let api: FaultyApi;
let ends: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-watch-'));
  store = createStore(rehearsalResources);
  server = await startApiServer({
    store,
    resources: rehearsalResources,
    name: 'blue',
    historyLimit: 40,
    bookmarkEveryMs: 50,
  });
  api = await startFaultyApi(server);
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig('blue'), { mode: 0o600 });
  ends = new AbortController();
});
afterEach(async () => {
  ends.abort();
  await api.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const put = (name: string, value = '', labels: Record<string, string> = {}): KubeObject => {
  const object = { ...configMaps, metadata: { name, namespace: 'default', labels }, data: { value } };
  return store.get('configmaps', 'default', name) === undefined
    ? store.create('configmaps', object)
    : store.update('configmaps', object);
};
const remove = (name: string): void => void store.delete('configmaps', 'default', name);

/** A watch whose events are kept, and what one knows who follows them. */
interface Followed {
  readonly events: WatchEvent[];
  readonly seen: Map<string, KubeObject>;
  readonly ended: Promise<void>;
  until(what: string, condition: () => boolean): Promise<void>;
}

function follow(
  options: Partial<WatchOptions> = {},
  clusterOptions: KubernetesClusterOptions = {},
  kind = configMaps,
): Followed {
  const cluster = createKubernetesCluster(
    { name: 'blue', kubeconfig: join(folder, 'kubeconfig'), context: 'blue' },
    {
      ...clusterOptions,
      watchTimes: { firstMs: 5, maxMs: 40, silentMs: 400, ...clusterOptions.watchTimes },
    },
  );
  const events: WatchEvent[] = [];
  const seen = new Map<string, KubeObject>();
  let wake: (() => void) | undefined;
  const run = async (): Promise<void> => {
    for await (const event of cluster.watch(kind, { signal: ends.signal, ...options })) {
      events.push(event);
      if (event.type === 'added' || event.type === 'modified') {
        // Whoever is told that something is new did not know it before.
        if (seen.has(event.object.metadata.name) !== (event.type === 'modified'))
          throw new Error(`${event.type} ${event.object.metadata.name}`);
        seen.set(event.object.metadata.name, event.object);
      }
      if (event.type === 'deleted') seen.delete(event.object.metadata.name);
      wake?.();
    }
  };
  let failure: unknown;
  const ended = run();
  ended.catch((error: unknown) => {
    failure = error;
    wake?.();
  });
  return {
    events,
    seen,
    ended,
    async until(what, condition) {
      const deadline = Date.now() + 10_000;
      while (!condition()) {
        if (failure !== undefined) throw failure;
        if (Date.now() > deadline)
          throw new Error(`not in time: ${what}; told: ${JSON.stringify(events.slice(-5))}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, 500);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
  };
}

const types = ({ events }: Followed): string[] =>
  events
    .filter(({ type }) => type !== 'bookmark')
    .map((event) => ('object' in event ? `${event.type} ${event.object.metadata.name}` : event.type));

const versions = (objects: Iterable<KubeObject>): string[] =>
  [...objects].map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`).sort();

const isSame = ({ seen }: Followed): boolean =>
  JSON.stringify(versions(seen.values())) ===
  JSON.stringify(versions(store.list('configmaps', { namespace: 'default' })));

describe('a watch of the port to a cluster', () => {
  it('lists what is there, says so, and tells what comes', async () => {
    put('a');
    const followed = follow({ namespace: 'default' });
    await followed.until('synced', () => followed.events.some(({ type }) => type === 'synced'));
    put('b');
    put('a', 'x');
    remove('b');
    await followed.until('deleted', () => types(followed).includes('deleted b'));
    expect(types(followed)).toEqual(['added a', 'synced', 'added b', 'modified a', 'deleted b']);
    ends.abort();
    await followed.ended;
  });

  it('begins at a version without a list', async () => {
    put('a');
    const resourceVersion = store.resourceVersion;
    put('b');
    const followed = follow({ resourceVersion });
    await followed.until('b', () => followed.seen.has('b'));
    expect(types(followed)).toEqual(['added b']);
    expect(
      api.asked.filter(({ url }) => url.pathname.endsWith('configmaps')).every((one) => one.isWatch),
    ).toBe(true);
  });

  it('asks of Secrets no values, and keeps none where they come all the same', async () => {
    const value = Buffer.from('a value that nobody may see').toString('base64');
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': value };
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', namespace: 'default', annotations },
      data: { value },
    };
    store.create('secrets', secret);
    const followed = follow({}, {}, { apiVersion: 'v1', kind: 'Secret' });
    await followed.until('s', () => followed.seen.has('s'));
    store.update('secrets', { ...secret, data: { value, more: value } });
    await followed.until('s again', () => types(followed).includes('modified s'));
    expect(JSON.stringify(followed.events)).not.toContain(value);
    expect(followed.seen.get('s')).toMatchObject({ apiVersion: 'v1', kind: 'Secret' });
  });

  it('finds out what changed and what went while its version became too old', async () => {
    for (const name of ['stays', 'changes', 'goes']) put(name);
    const followed = follow();
    await followed.until('synced', () => types(followed).includes('synced'));
    api.fault = () => ({ kind: 'refuse' });
    api.cutAll();
    await followed.until('broken', () => followed.events.some(({ type }) => type === 'broken'));
    put('changes', 'x');
    remove('goes');
    put('comes');
    server.forget();
    const before = types(followed).length;
    api.fault = () => undefined;
    await followed.until('synced again', () => types(followed).slice(before).includes('synced'));
    const told = types(followed)
      .slice(before)
      .filter((type) => !type.startsWith('broken') && type !== 'resumed');
    expect(told).toEqual(['modified changes', 'added comes', 'deleted goes', 'synced']);
    const gone = followed.events.find((event) => event.type === 'deleted');
    expect(gone).toMatchObject({
      object: { ...configMaps, metadata: { namespace: 'default', name: 'goes' } },
    });
  });

  it('takes a 410 that is an answer and no event the same way', async () => {
    put('a');
    let refused = 0;
    api.fault = ({ isWatch }) => (isWatch && refused++ === 0 ? { kind: 'status', status: 410 } : undefined);
    const followed = follow();
    await followed.until(
      'synced twice',
      () => types(followed).filter((type) => type === 'synced').length === 2,
    );
    expect(types(followed)).toEqual(['added a', 'synced', 'broken', 'synced']);
    expect(followed.events.find(({ type }) => type === 'broken')).toMatchObject({
      failures: 0,
      retryInMs: 0,
    });
  });

  it('begins a list anew that is too old for its next page', async () => {
    for (let count = 0; count < 600; count += 1) put(`page-${count}`);
    let pages = 0;
    api.fault = ({ url }) => {
      if (url.searchParams.has('continue') && pages++ === 0) server.forget();
      return undefined;
    };
    const followed = follow();
    await followed.until('synced', () => types(followed).includes('synced'));
    expect(followed.seen.size).toBe(600);
    // The second one is not cut into pages, or it might never end.
    expect(
      api.asked.filter(({ url, isWatch }) => url.pathname.endsWith('configmaps') && !isWatch),
    ).toHaveLength(3);
  });

  it('waits as long as it is asked to', async () => {
    let asked = 0;
    api.fault = ({ isWatch }) =>
      isWatch && asked++ === 0 ? { kind: 'status', status: 429, retryAfter: 1 } : undefined;
    const begun = performance.now();
    const followed = follow({}, { random: () => 0 });
    await followed.until('resumed', () => types(followed).includes('resumed'));
    expect(performance.now() - begun).toBeGreaterThan(990);
    expect(followed.events.find(({ type }) => type === 'broken')).toMatchObject({
      retryInMs: 1000,
      error: { code: 'cluster.unavailable', status: 429 },
    });
  });

  it('does not trust a connection that is silent', async () => {
    let watches = 0;
    api.fault = ({ isWatch }) => (isWatch && watches++ === 0 ? { kind: 'silent', bytes: 1 } : undefined);
    const followed = follow();
    await followed.until('synced', () => types(followed).includes('synced'));
    put('a');
    await followed.until('a', () => followed.seen.has('a'));
    expect(types(followed)).toEqual(['synced', 'broken', 'resumed', 'added a']);
  });

  it('does not take half a line for what it says, however the stream ends', async () => {
    for (const kind of ['cut', 'truncate'] as const) {
      let watches = 0;
      api.fault = ({ isWatch }) => (isWatch && watches++ === 0 ? { kind, bytes: 100 } : undefined);
      const followed = follow();
      await followed.until('synced', () => types(followed).includes('synced'));
      put(kind, 'long'.repeat(100));
      await followed.until(kind, () => followed.seen.has(kind));
      expect(followed.events.filter(({ type }) => type === 'broken')).toHaveLength(1);
      expect(followed.seen.get(kind)?.data.value).toHaveLength(400);
    }
  });

  it('says at once that a kind cannot be watched, and ends when it is told to', async () => {
    await expect(follow({}, {}, { apiVersion: 'v1', kind: 'Nothing' }).ended).rejects.toMatchObject({
      code: 'cluster.refused',
    });
    api.fault = () => ({ kind: 'status', status: 401 });
    await expect(follow().ended).rejects.toMatchObject({ code: 'cluster.unauthorized' });
    api.fault = () => ({ kind: 'delay', ms: 60_000 });
    const followed = follow();
    await new Promise((resolve) => setTimeout(resolve, 20));
    ends.abort();
    await followed.ended;
  });
});

const anyFault = (random: Random, { isWatch }: Asked): Fault | undefined => {
  const bytes = Math.floor(random() * 3000);
  const kinds: readonly (Fault | undefined)[] = [
    { kind: 'status', status: 410 },
    { kind: 'status', status: 500 },
    { kind: 'status', status: 429 },
    { kind: 'refuse' },
    { kind: 'delay', ms: random() * 60 },
    ...(['cut', 'truncate'] as const).map((kind) => ({ kind, bytes })),
    ...(isWatch ? [{ kind: 'silent' as const, bytes }] : []),
  ];
  return random() < 0.6 ? kinds[Math.floor(random() * kinds.length)] : undefined;
};

describe('whatever happens on the way', () => {
  it.each([1, 2, 3, 4, 5, 6])('who follows ends with what is there, seed %i', async (seed) => {
    const random = seededRandom(seed);
    api.fault = (asked) => anyFault(random, asked);
    const followed = follow(
      { namespace: 'default' },
      { random, timeoutMs: 500, watchTimes: { lastsSeconds: 1 } },
    );
    for (let turn = 0; turn < 300; turn += 1) {
      const name = `map-${Math.floor(random() * 30)}`;
      if (random() < 0.3) remove(name);
      else put(name, String(turn));
      if (random() < 0.02) server.forget();
      if (random() < 0.02) api.cutAll();
      if (random() < 0.2) await new Promise((resolve) => setTimeout(resolve, random() * 20));
    }
    api.fault = () => undefined;
    await followed.until('the same', () => isSame(followed));
    expect(followed.events.some(({ type }) => type === 'broken')).toBe(true);
  });
});
