import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKubernetesCluster } from '../../../lib/clusters/index.ts';
import {
  type ApiServer,
  createStore,
  rehearsalResources,
  type Store,
  startApiServer,
} from '../../../lib/rehearsal/kube-api/index.ts';
import { type FaultyApi, startFaultyApi } from '../../helpers/faulty-api.ts';

const configMaps = { apiVersion: 'v1', kind: 'ConfigMap' };
let folder: string;
let store: Store;
let server: ApiServer;
let api: FaultyApi;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-list-'));
  store = createStore(rehearsalResources);
  server = await startApiServer({ store, resources: rehearsalResources, name: 'blue' });
  api = await startFaultyApi(server);
  await writeFile(join(folder, 'kubeconfig'), api.kubeconfig('blue'), { mode: 0o600 });
  for (let count = 0; count < 900; count += 1) put(count);
});
afterEach(async () => {
  await api.close();
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

const nameOf = (count: number): string => `map-${String(count).padStart(4, '0')}`;
const put = (count: number): void =>
  void store.create('configmaps', { ...configMaps, metadata: { name: nameOf(count), namespace: 'default' } });

/** Names in the order in which they were given. @param onPage before each page but the first */
async function read(onPage: (page: number) => 'status' | undefined): Promise<string[]> {
  let pages = 0;
  api.fault = ({ url }) =>
    url.searchParams.has('continue') && onPage(++pages) === 'status'
      ? { kind: 'status', status: 410 }
      : undefined;
  const cluster = createKubernetesCluster({
    name: 'blue',
    kubeconfig: join(folder, 'kubeconfig'),
    context: 'blue',
  });
  const names: string[] = [];
  for await (const { metadata } of cluster.list(configMaps)) names.push(metadata.name);
  return names;
}

it('a list that came too late for its next page goes on with what is there by then', async () => {
  const names = await read((page) => {
    if (page !== 2) return undefined;
    server.forget();
    store.delete('configmaps', 'default', nameOf(899));
    put(1000);
    return undefined;
  });
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(900);
  expect(names).toContain(nameOf(1000));
  expect(names).not.toContain(nameOf(899));
});

it('a list of which the server does not say how to go on begins anew, and gives nothing twice', async () => {
  const names = await read((page) => (page === 2 ? 'status' : undefined));
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(900);
});

it('a list that comes too late again and again ends with an error', async () => {
  await expect(read(() => 'status')).rejects.toMatchObject({ code: 'cluster.unavailable' });
});
