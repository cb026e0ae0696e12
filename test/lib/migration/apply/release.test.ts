import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../../lib/clusters/index.ts';
import { releaseOwnership } from '../../../../lib/migration/apply/index.ts';
import { createStore, rehearsalResources, startApiServer } from '../../../../lib/rehearsal/kube-api/index.ts';
import { seededRandom } from '../../../../lib/rehearsal/random.ts';
import { appliesAs } from '../../../helpers/applies-as.ts';
import { seededFaults, startFaultyProxy } from '../../../helpers/faulty-proxy.ts';
import { make } from '../inventory/populated.ts';

const closing: (() => Promise<void>)[] = [];
let folder: string;
const locations: Record<string, { name: string; kubeconfig: string; context: string }> = {};
let blue: DefinitionPort;
let green: DefinitionPort;

async function side(name: string): Promise<DefinitionPort> {
  const store = createStore(rehearsalResources);
  store.create('namespaces', make('Namespace', '/shop'));
  const server = await startApiServer({ store, resources: rehearsalResources, name });
  closing.push(() => server.close());
  const kubeconfig = join(folder, name);
  await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  const location = { name, kubeconfig, context: name };
  locations[name] = location;
  return createKubernetesCluster(location);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-release-'));
  [blue, green] = await Promise.all([side('blue'), side('green')]);
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name });
const config = (name: string, data: object): KubeObject => make('ConfigMap', name, { data });
const managers = async (name: string): Promise<string[]> =>
  (
    ((await green.get(at(name)))?.metadata.managedFields ?? []) as { manager: string; operation: string }[]
  ).map(({ manager, operation }) => `${manager} ${operation}`);
const deploy = (name: string, object: KubeObject) => appliesAs(locations[name] as never, 'deployer', object);

it('lets the next deployment take the fields, and take away what it says no more', async () => {
  await deploy('blue', config('app', { image: '1', old: 'x' }));
  await green.apply(config('app', { image: '1', old: 'x' }));
  // As long as they are ours, his deployment is in conflict with us.
  expect(await deploy('green', config('app', { image: '2' }))).toMatchObject({ status: 409 });
  const before = await green.get(at('app'));
  expect(await releaseOwnership({ target: green, source: blue })).toEqual({ released: 1, failed: [] });
  const after = await green.get(at('app'));
  expect({ ...after, metadata: { ...after?.metadata, managedFields: [], resourceVersion: '' } }).toEqual({
    ...before,
    metadata: { ...before?.metadata, managedFields: [], resourceVersion: '' },
  });
  expect(await managers('app')).toEqual(['deployer Apply']);
  expect(await deploy('green', config('app', { image: '2' }))).toMatchObject({ status: 200 });
  expect((await green.get(at('app')))?.data).toEqual({ image: '2' });
  expect(await releaseOwnership({ target: green, source: blue })).toEqual({ released: 0, failed: [] });
});

it('gives nobody what nobody is known of, and the next deployment takes it all the same', async () => {
  await green.apply(config('app', { image: '1' }));
  expect(await releaseOwnership({ target: green })).toEqual({ released: 1, failed: [] });
  expect(await deploy('green', config('app', { image: '2' }))).toMatchObject({ status: 200 });
  expect((await green.get(at('app')))?.data).toEqual({ image: '2' });
  expect(await releaseOwnership({ target: green })).toEqual({ released: 0, failed: [] });
});

it('keeps what others own on the target, and leaves alone what was never ours', async () => {
  await deploy('blue', config('app', { image: '1' }));
  await green.apply(config('app', { image: '1' }));
  await appliesAs(locations.green as never, 'controller', config('app', { seen: 'yes' }));
  await appliesAs(locations.green as never, 'controller', config('theirs', { a: '1' }));
  const theirs = await green.get(at('theirs'));
  expect(await releaseOwnership({ target: green, source: blue })).toEqual({ released: 1, failed: [] });
  expect((await managers('app')).sort()).toEqual(['controller Apply', 'deployer Apply']);
  expect(await green.get(at('theirs'))).toEqual(theirs);
});

it('lets go on a bad way as well, and while others write', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `c-${index}`);
  for (const name of names) {
    await deploy('blue', config(name, { image: '1' }));
    await green.apply(config(name, { image: '1' }));
  }
  const proxy = await startFaultyProxy({
    behind: locations.green as never,
    directory: folder,
    fault: (request) => (request.path.includes('/namespaces/') ? faults(request) : undefined),
  });
  const faults = seededFaults(5, 0.3);
  closing.push(() => proxy.close());
  let writing = true;
  const others = (async () => {
    for (let turn = 0; writing; turn++)
      await green.patch(at(names[turn % names.length] ?? ''), { metadata: { labels: { turn: `${turn}` } } });
  })();
  const result = await releaseOwnership({
    target: createKubernetesCluster(proxy.location),
    source: blue,
    random: seededRandom(5),
  });
  writing = false;
  await others;
  expect(result.failed).toEqual([]);
  for (const name of names) expect(await managers(name)).toContain('deployer Apply');
  for (const name of names) expect(await managers(name)).not.toContain('zeroshift Apply');
});
