import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../../lib/clusters/index.ts';
import { type ApplyPort, type ApplyResult, applyMigration } from '../../../../lib/migration/apply/index.ts';
import type { RegionPlan } from '../../../../lib/migration/plan/plan.ts';
import {
  createStore,
  refuse,
  rehearsalResources,
  type Store,
  startApiServer,
} from '../../../../lib/rehearsal/kube-api/index.ts';
import { seededRandom } from '../../../../lib/rehearsal/random.ts';
import { type FaultyProxy, seededFaults, startFaultyProxy } from '../../../helpers/faulty-proxy.ts';
import { make, serving } from '../inventory/populated.ts';
import { planned, regionPlan } from './planned.ts';

interface Side {
  readonly cluster: DefinitionPort;
  readonly store: Store;
  readonly kubeconfig: string;
}

const closing: (() => Promise<void>)[] = [];
let folder: string;
let blue: Side;
let green: Side;

async function side(name: string): Promise<Side> {
  const store = createStore(rehearsalResources, {
    admission: [
      ({ object }) => {
        if (object.metadata.annotations?.deny !== undefined)
          throw refuse.badRequest(
            `admission webhook "policy" denied the request: no ${JSON.stringify(object.data ?? {})}`,
          );
        return object;
      },
    ],
  });
  const server = await startApiServer({ store, resources: rehearsalResources, name });
  closing.push(() => server.close());
  const kubeconfig = join(folder, name);
  await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  return { cluster: createKubernetesCluster({ name, kubeconfig, context: name }), store, kubeconfig };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-apply-'));
  [blue, green] = await Promise.all([side('blue'), side('green')]);
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  await rm(folder, { recursive: true, force: true });
});

const value = Buffer.from('a-value-that-nobody-may-see').toString('base64');
const namespace = make('Namespace', '/shop');
const secret = (name: string, data: object = { password: value }): KubeObject =>
  make('Secret', name, { type: 'Opaque', data });
const withoutData = ({ data: _, ...rest }: KubeObject): KubeObject => rest as KubeObject;
const service = (name: string, needs: { secret?: string; config?: string } = {}): KubeObject =>
  make(`${serving} Service`, name, {
    spec: {
      template: {
        spec: {
          containers: [
            {
              image: `${name}:1`,
              envFrom: [
                ...(needs.secret === undefined ? [] : [{ secretRef: { name: needs.secret } }]),
                ...(needs.config === undefined ? [] : [{ configMapRef: { name: needs.config } }]),
              ],
            },
          ],
        },
      },
    },
  });
const config = (name: string, data: object = { a: '1' }, annotations?: Record<string, string>): KubeObject =>
  make('ConfigMap', name, { data }, annotations === undefined ? {} : { annotations });

/** Objects of a shop, of all levels. */
function shop(services = 12): KubeObject[] {
  const names = Array.from({ length: services }, (_, index) => `s-${index}`);
  return [
    namespace,
    ...names.flatMap((name) => [
      make('ServiceAccount', name),
      secret(name, { password: value }),
      config(name, { name }),
      service(name, { secret: name, config: name }),
    ]),
  ];
}

function seedSource(objects: readonly KubeObject[]): void {
  blue.store.create('namespaces', namespace);
  for (const object of objects.filter(({ kind }) => kind === 'Secret')) blue.store.create('secrets', object);
}

const planFor = (objects: readonly KubeObject[]): RegionPlan =>
  regionPlan(...objects.map((object) => planned(object.kind === 'Secret' ? withoutData(object) : object)));

const run = (plan: RegionPlan, target: ApplyPort = green.cluster, more: object = {}): Promise<ApplyResult> =>
  applyMigration({ plan, source: blue.cluster, target, random: seededRandom(1), ...more });

/** What a cluster holds of what was to be made, without what differs from one write to another. */
async function state({ cluster }: Side, objects: readonly KubeObject[]): Promise<unknown[]> {
  const found = [];
  for (const { apiVersion, kind, metadata } of objects) {
    const { name, namespace: place } = metadata;
    const at = { apiVersion, kind, name, ...(place === undefined ? {} : { namespace: place }) };
    const { metadata: live, ...rest } = (await cluster.get(at)) ?? { metadata: undefined };
    const { labels, annotations, generation, managedFields } = live ?? { name: 'none' };
    const owners = (managedFields as { manager: string; operation: string }[] | undefined)?.map(
      ({ manager, operation }) => `${manager} ${operation}`,
    );
    found.push({ ...at, labels, annotations, generation, owners, ...rest });
  }
  return found;
}

const outcomeOf = ({ objects }: ApplyResult, name: string, kind?: string) =>
  objects.find((one) => one.name === name && (kind ?? one.kind) === one.kind);

it('makes one level after another, and within a level many at a time', async () => {
  const objects = shop(40);
  seedSource(objects);
  let level = -1;
  let atOnce = 0;
  let most = 0;
  const levels = new Map(planFor(objects).objects.map((one) => [`${one.kind} ${one.name}`, one.level]));
  const target: ApplyPort = {
    ...port(green.cluster),
    apply: async (object) => {
      const own = levels.get(`${object.kind} ${object.metadata.name}`) ?? 0;
      if (atOnce > 0) expect(own).toBe(level);
      expect(own).toBeGreaterThanOrEqual(level);
      level = own;
      most = Math.max(most, ++atOnce);
      try {
        return await green.cluster.apply(object);
      } finally {
        atOnce--;
      }
    },
  };
  const seen: number[] = [];
  const result = await run(planFor(objects), target, {
    onProgress: ({ done }: { done: number }) => seen.push(done),
  });
  expect(result.sums).toEqual({ applied: 161, unchanged: 0, conflict: 0, failed: 0, skipped: 0 });
  expect(result.objects.map(({ name }) => name)).toEqual(planFor(objects).objects.map(({ name }) => name));
  expect(most).toBeGreaterThanOrEqual(16);
  expect(seen).toEqual(Array.from({ length: 161 }, (_, index) => index + 1));
  expect(green.store.get('secrets', 'shop', 's-0')?.data).toEqual({ password: value });
});

it('stops at a conflict, never forces, and skips what needs it, whatever is between', async () => {
  green.store.create('namespaces', namespace);
  const theirs = { ...config('app', { a: 'theirs' }), metadata: { name: 'app', namespace: 'shop' } };
  await green.cluster.create(theirs);
  const live = green.store.get('configmaps', 'shop', 'app') as KubeObject;
  const managedFields = (live.metadata.managedFields as object[]).map((one) => ({ ...one, manager: 'argo' }));
  green.store.update('configmaps', { ...live, metadata: { ...live.metadata, managedFields } });
  const mapping = make(`serving.knative.dev/v1beta1 DomainMapping`, 'shop.example.com', {
    spec: { ref: { apiVersion: serving, kind: 'Service', name: 'cart' } },
  });
  const plan = planFor([config('app'), service('cart', { config: 'app' }), mapping, service('web')]);
  const result = await run(plan);
  expect(outcomeOf(result, 'app')).toMatchObject({
    outcome: 'conflict',
    conflicts: [{ field: '.data.a', owner: expect.stringContaining('argo') }],
  });
  expect(outcomeOf(result, 'cart')).toMatchObject({
    outcome: 'skipped',
    reason: { code: 'needs', why: 'it needs ConfigMap shop/app, which is in conflict' },
  });
  expect(outcomeOf(result, 'shop.example.com')).toMatchObject({
    outcome: 'skipped',
    reason: { why: 'it needs Service.serving.knative.dev shop/cart, which was skipped' },
  });
  expect(outcomeOf(result, 'web')).toMatchObject({ outcome: 'applied' });
  expect(green.store.get('configmaps', 'shop', 'app')?.data).toEqual({ a: 'theirs' });
});

it('writes nothing for what is unchanged, and carries what a plan refuses through as it is', async () => {
  const target = { ...port(green.cluster), apply: vi.fn() };
  const refusals = [{ code: 'undecided', why: 'nobody knows', action: 'say so' }] as const;
  const result = await run(
    regionPlan(
      planned(config('same'), { verdict: 'unchanged', writes: [] }),
      planned(config('no'), { verdict: 'refusal', refusals, writes: [] }),
      planned(service('cart', { config: 'no' })),
    ),
    target,
  );
  expect(target.apply).not.toHaveBeenCalled();
  expect(outcomeOf(result, 'same')).toMatchObject({ outcome: 'unchanged' });
  expect(outcomeOf(result, 'no')).toMatchObject({ outcome: 'failed', reason: refusals[0] });
  expect(outcomeOf(result, 'cart')).toMatchObject({ outcome: 'skipped' });
});

it('tells what the target refuses in its own words, but never a value of a Secret', async () => {
  green.store.create('namespaces', namespace);
  blue.store.create('namespaces', namespace);
  const spy = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')];
  const denied = secret('denied');
  const deny = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, annotations: { deny: '' } },
  });
  for (const one of [secret('big', { blob: Buffer.alloc(1_048_576, 7).toString('base64') }), denied])
    blue.store.create('secrets', one);
  const progress: unknown[] = [];
  const plan = regionPlan(
    planned(withoutData(deny(denied))),
    planned(withoutData(secret('big'))),
    planned(withoutData(secret('gone'))),
    planned(deny(config('policy', { a: 'word' }))),
    planned(service('cart', { secret: 'gone' })),
  );
  const result = await run(plan, green.cluster, { onProgress: (one: unknown) => progress.push(one) });
  expect(outcomeOf(result, 'policy')?.reason).toMatchObject({
    code: 'refused',
    why: expect.stringContaining('admission webhook "policy" denied the request: no {"a":"word"}'),
  });
  expect(outcomeOf(result, 'denied')).toMatchObject({ outcome: 'failed', reason: { code: 'refused' } });
  expect(outcomeOf(result, 'gone')).toMatchObject({ outcome: 'failed', reason: { code: 'source-changed' } });
  expect(outcomeOf(result, 'cart')).toMatchObject({ outcome: 'skipped' });
  expect(outcomeOf(result, 'big')).toMatchObject({ outcome: 'applied' });
  expect(green.store.get('secrets', 'shop', 'big')?.data.blob).toHaveLength(1_398_104);
  const said = JSON.stringify([result, progress, plan, spy.map(({ mock }) => mock.calls)]);
  for (const text of [value, Buffer.from(value, 'base64').toString(), 'BwcHBwcH'])
    expect(said).not.toContain(text);
  for (const one of spy) one.mockRestore();
});

it('fails what is on its way out on the target, and says what holds it', async () => {
  green.store.create('namespaces', {
    ...namespace,
    metadata: { name: 'shop', finalizers: ['example.com/slow'] },
  });
  const held = config('held');
  green.store.create('configmaps', {
    ...held,
    metadata: { ...held.metadata, finalizers: ['example.com/never'] },
  });
  green.store.delete('configmaps', 'shop', 'held');
  const first = await run(planFor([held]));
  expect(outcomeOf(first, 'held')).toMatchObject({
    outcome: 'failed',
    reason: { code: 'being-deleted', why: expect.stringContaining('held by example.com/never') },
  });
  green.store.delete('namespaces', undefined, 'shop');
  const second = await run(planFor([config('new'), make('ConfigMap', 'nowhere/app')]));
  expect(outcomeOf(second, 'new')).toMatchObject({
    outcome: 'failed',
    reason: { code: 'namespace-being-deleted', why: expect.stringContaining('is being terminated') },
  });
  expect(outcomeOf(second, 'app')).toMatchObject({
    outcome: 'failed',
    reason: { code: 'namespace-missing' },
  });
});

it('begins nothing more once it is told to stop', async () => {
  green.store.create('namespaces', namespace);
  const stop = new AbortController();
  const objects = Array.from({ length: 100 }, (_, index) => config(`c-${index}`));
  const result = await run(planFor(objects), green.cluster, {
    signal: stop.signal,
    onProgress: ({ done }: { done: number }) => done === 20 && stop.abort(),
  });
  expect(result.interrupted).toBe(true);
  expect(result.sums.applied).toBeLessThan(60);
  expect(result.sums.applied + result.sums.skipped).toBe(100);
});

it('gives up on a cluster that does not answer any more, and not once for each object', async () => {
  const dead = createKubernetesCluster(
    { name: 'dead', kubeconfig: green.kubeconfig, context: 'green' },
    { timeoutMs: 200 },
  );
  await closing.pop()?.();
  await closing.pop()?.();
  const objects = Array.from({ length: 500 }, (_, index) => config(`c-${index}`));
  const began = Date.now();
  const result = await run(planFor(objects), dead, { objectTimeoutMs: 1_000 });
  expect(Date.now() - began).toBeLessThan(6_000);
  expect(result.sums).toMatchObject({ applied: 0, conflict: 0 });
  expect(result.sums.skipped).toBeGreaterThan(400);
  expect(result.objects[0]?.reason).toMatchObject({
    code: 'unavailable',
    action: expect.stringContaining('goes on'),
  });
  expect(result.objects.at(-1)?.reason?.code).toBe('stopped');
});

it.each([11, 12, 13])('comes to the same end on a bad way to both clusters, seed %d', async (seed) => {
  const objects = shop();
  seedSource(objects);
  const through = async ({ kubeconfig }: Side, name: string, own: number): Promise<FaultyProxy> => {
    const proxy = await startFaultyProxy({
      behind: { name, kubeconfig, context: name },
      directory: folder,
      fault: seededFaults(own, 0.3),
    });
    closing.push(() => proxy.close());
    return proxy;
  };
  const [from, to] = await Promise.all([through(blue, 'blue', seed), through(green, 'green', seed + 100)]);
  const result = await applyMigration({
    plan: planFor(objects),
    source: createKubernetesCluster(from.location),
    target: createKubernetesCluster(to.location),
    random: seededRandom(seed),
  });
  expect(result.objects.filter(({ outcome }) => outcome !== 'applied')).toEqual([]);
  expect(to.met.size).toBeGreaterThan(5);
  const there = await state(green, objects);
  const clean = await side('clean');
  await run(planFor(objects), clean.cluster);
  expect(there).toEqual(await state(clean, objects));
});

class Killed extends Error {}

const port = (cluster: DefinitionPort): ApplyPort => ({
  get: (reference) => cluster.get(reference),
  apply: (object) => cluster.apply(object),
  patch: (reference, patch) => cluster.patch(reference, patch),
  create: (object) => cluster.create(object),
  remove: (object) => cluster.remove(object),
});

/** As if the process died after so many writes: nothing that comes later reaches the cluster. */
function killedAfter(cluster: DefinitionPort, writes: number): ApplyPort {
  let left = writes;
  const alive = <Result>(call: () => Promise<Result>): Promise<Result> =>
    left-- > 0 ? call() : Promise.reject(new Killed());
  const whole = port(cluster);
  return {
    ...whole,
    apply: (object) => alive(() => whole.apply(object)),
    patch: (reference, patch) => alive(() => whole.patch(reference, patch)),
    create: (object) => alive(() => whole.create(object)),
    remove: (object) => alive(() => whole.remove(object)),
  };
}

it('ends the same when it is killed after any of its writes and run again', async () => {
  const objects = shop(4);
  seedSource(objects);
  const plan = planFor(objects);
  for (let writes = 0; writes < objects.length; writes++)
    await expect(run(plan, killedAfter(green.cluster, writes))).rejects.toBeInstanceOf(Killed);
  await run(plan);
  const clean = await side('clean');
  await run(plan, clean.cluster);
  expect(await state(green, objects)).toEqual(await state(clean, objects));
});

it('ends the same when two of them run at once', async () => {
  const objects = shop();
  seedSource(objects);
  const results = await Promise.all([run(planFor(objects)), run(planFor(objects))]);
  for (const { sums } of results) expect(sums.applied).toBe(objects.length);
  const clean = await side('clean');
  await run(planFor(objects), clean.cluster);
  expect(await state(green, objects)).toEqual(await state(clean, objects));
});
