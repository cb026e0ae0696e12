import { afterEach, describe, expect, it } from 'vitest';
import type { ApiServer, Store } from '../../../../lib/rehearsal/kube-api/index.ts';
import { ask, startServer, watch } from './raw-client.ts';

const path = '/api/v1/namespaces/default/configmaps';
const put = (store: Store, name: string, labels: Record<string, string> = {}) => {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', labels } };
  return store.get('configmaps', 'default', name) === undefined
    ? store.create('configmaps', object)
    : store.update('configmaps', object);
};

let server: ApiServer | undefined;
afterEach(() => server?.close());
const start = async (historyLimit?: number) => {
  const started = await startServer(historyLimit === undefined ? {} : { historyLimit });
  server = started.server;
  return started;
};

describe('watch', () => {
  it('goes on from the version of a list without a gap', async () => {
    const { store, server } = await start();
    put(store, 'a');
    const list = (await ask(server, path)).body;
    put(store, 'b');
    store.delete('configmaps', 'default', 'a');
    const stream = await watch(server, `${path}?watch=1&resourceVersion=${list.metadata.resourceVersion}`);
    put(store, 'c');
    const seen = [await stream.next(), await stream.next(), await stream.next()];
    expect(seen.map((event) => `${event?.type} ${event?.object.metadata.name}`)).toEqual([
      'ADDED b',
      'DELETED a',
      'ADDED c',
    ]);
    expect(seen[1]?.object.metadata.resourceVersion).not.toBe(list.items[0].metadata.resourceVersion);
    stream.close();
  });

  it('starts with what is there when no version is given', async () => {
    const { store, server } = await start();
    put(store, 'a');
    const stream = await watch(server, `${path}?watch=true`);
    put(store, 'a', { x: 'y' });
    expect((await stream.next())?.type).toBe('ADDED');
    expect(await stream.next()).toMatchObject({
      type: 'MODIFIED',
      object: { metadata: { labels: { x: 'y' } } },
    });
    stream.close();
  });

  it('tells that a version is too old to go on from', async () => {
    const { store, server } = await start(3);
    const version = store.resourceVersion;
    for (let count = 0; count < 4; count += 1) put(store, 'a', { count: String(count) });
    const stream = await watch(server, `${path}?watch=true&resourceVersion=${version}`);
    expect(await stream.next()).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', code: 410, reason: 'Expired' },
    });
    expect(await stream.next()).toBeUndefined();
    const young = await watch(server, `${path}?watch=true&resourceVersion=${Number(version) + 1}`);
    expect((await young.next())?.object.metadata.labels.count).toBe('1');
    young.close();
  });

  it('sends bookmarks while it lasts and at its end, to those who ask', async () => {
    const { store, server: started } = await startServer({ bookmarkEveryMs: 20 });
    server = started;
    const query = `watch=true&resourceVersion=${store.resourceVersion}`;
    const stream = await watch(started, `${path}?${query}&allowWatchBookmarks=true`);
    put(store, 'a');
    const seen = [await stream.next(), await stream.next()];
    expect(seen.map((event) => event?.type)).toEqual(['ADDED', 'BOOKMARK']);
    expect(seen[1]?.object.metadata.resourceVersion).toBe(store.resourceVersion);
    stream.close();
    const short = await startServer();
    const last = await watch(short.server, `${path}?${query}&allowWatchBookmarks=true&timeoutSeconds=1`);
    expect((await last.next())?.type).toBe('BOOKMARK');
    expect(await last.next()).toBeUndefined();
    await short.server.close();
  });

  it('goes on from nothing that it was told to forget', async () => {
    const { store, server } = await start();
    put(store, 'a');
    const version = store.resourceVersion;
    put(store, 'b');
    put(store, 'c');
    const list = (await ask(server, `${path}?limit=1`)).body;
    server.forget();
    const stream = await watch(server, `${path}?watch=true&resourceVersion=${version}`);
    expect(await stream.next()).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    const late = await ask(server, `${path}?limit=1&continue=${list.metadata.continue}`);
    expect(late).toMatchObject({ status: 410, body: { reason: 'Expired' } });
    put(store, 'aa');
    const rest = await ask(server, `${path}?continue=${late.body.metadata.continue}`);
    expect(rest.body.items.map((item: { metadata: { name: string } }) => item.metadata.name)).toEqual([
      'aa',
      'b',
      'c',
    ]);
    stream.close();
  });

  it('tells of objects that begin or cease to match as added and deleted', async () => {
    const { store, server } = await start();
    put(store, 'a');
    put(store, 'other');
    const stream = await watch(
      server,
      `${path}?watch=true&labelSelector=x%3Dy&resourceVersion=${store.resourceVersion}`,
    );
    put(store, 'a', { x: 'y' });
    put(store, 'a', { x: 'y', z: '1' });
    put(store, 'a', { x: 'n' });
    const types = [await stream.next(), await stream.next(), await stream.next()].map((event) => event?.type);
    expect(types).toEqual(['ADDED', 'MODIFIED', 'DELETED']);
    stream.close();
  });

  it('marks the end of the initial events for those who ask', async () => {
    const { store, server } = await start();
    put(store, 'a');
    const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true';
    const refused = await ask(server, `${path}?${query}`);
    expect(refused.status).toBe(422);
    const stream = await watch(server, `${path}?${query}&resourceVersionMatch=NotOlderThan`);
    expect((await stream.next())?.type).toBe('ADDED');
    expect(await stream.next()).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        metadata: {
          resourceVersion: store.resourceVersion,
          annotations: { 'k8s.io/initial-events-end': 'true' },
        },
      },
    });
    stream.close();
  });

  it('gives metadata alone, of each event and not of a list', async () => {
    const { store, server } = await start();
    put(store, 'a');
    const metadata = (kind: string) => ({ accept: `application/json;as=${kind};g=meta.k8s.io;v=v1` });
    const stream = await watch(server, `${path}?watch=true`, metadata('PartialObjectMetadata'));
    expect(await stream.next()).toMatchObject({
      type: 'ADDED',
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'a' } },
    });
    stream.close();
    const list = metadata('PartialObjectMetadataList');
    expect((await ask(server, `${path}?watch=true`, list)).status).toBe(406);
    expect((await ask(server, `${path}/a`, list)).status).toBe(406);
    expect((await ask(server, path, metadata('PartialObjectMetadata'))).status).toBe(406);
    expect((await ask(server, path, list)).body.kind).toBe('PartialObjectMetadataList');
  });

  it('ends after its time', async () => {
    const { server } = await start();
    const stream = await watch(server, `${path}?watch=true&timeoutSeconds=1`);
    expect(await stream.next()).toBeUndefined();
  });

  it('prints rows, with the columns once', async () => {
    const { store, server } = await start();
    put(store, 'a');
    const stream = await watch(server, `${path}?watch=true`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    put(store, 'a', { x: 'y' });
    const [first, second] = [await stream.next(), await stream.next()];
    expect(first?.object).toMatchObject({ kind: 'Table', rows: [{ cells: ['a', 0, expect.any(String)] }] });
    expect(first?.object.columnDefinitions).toHaveLength(3);
    expect(second?.object.columnDefinitions).toBeNull();
    stream.close();
  });
});
