import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import type { DefinitionPort } from '../../../../lib/clusters/index.ts';
import { errorText, type Say, ZeroshiftError } from '../../../../lib/messages/index.ts';
import { openContexts, ownOnly } from '../../../../lib/rehearsal/contexts/index.ts';
import { findOwn } from '../../../../lib/rehearsal/contexts/remove-own.ts';
import { seedServices } from '../../../../lib/rehearsal/seed-services.ts';
import { inProcess, type WorldClusters } from '../../../../lib/rehearsal/world/index.ts';
import { exampleFleet } from '../../../helpers/fleet.ts';
import { ask } from '../cluster/data-plane/support.ts';
import { type TwoClusters, twoClusters } from './two-clusters.ts';

const label = 'zeroshift.dev/rehearsal';
const image = 'dev.local/app:1';
const pinned = { name: 'pinned', image };
const fleet = exampleFleet({
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
  services: [
    { name: 'hello', image, env: { STARTUP_MS: '50' } },
    {
      ...pinned,
      revisionName: 'pinned-two',
      env: { STARTUP_MS: '50' },
      traffic: [{ revision: 'pinned-one', percent: 100 }],
    },
  ],
  rehearsal: { history: [{ ...pinned, revisionName: 'pinned-one' }] },
});
const lease = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  namespace: 'default',
  name: 'zeroshift-rehearsal',
};
const ksvc = (name: string, more: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { namespace: 'default', name, ...more },
  spec: { template: { spec: { containers: [{ image: 'dev.local/app:1' }] } } },
});

let clusters: TwoClusters;
const opened: WorldClusters[] = [];
const foreign: [DefinitionPort, KubeObject][] = [];
beforeAll(async () => {
  clusters = await twoClusters({});
});
afterEach(async () => {
  for (const world of opened.splice(0)) await world.close();
  for (const [port, { apiVersion, kind, metadata }] of foreign.splice(0)) {
    const { name, namespace } = metadata;
    const found = await port.get({ apiVersion, kind, name, ...(namespace ? { namespace } : {}) });
    if (found !== undefined) await port.remove(found);
  }
});
afterAll(() => clusters?.close());

/** Somebody's own object, which goes after the test. */
async function somebodys(port: DefinitionPort, object: KubeObject): Promise<void> {
  foreign.push([port, object]);
  await port.create(object);
}

interface Given {
  readonly fleet?: typeof fleet;
  readonly contexts?: TwoClusters['contexts'];
  readonly leave?: boolean;
}

async function open(given: Given = {}): Promise<{ world: WorldClusters; said: object[] }> {
  const [region] = fleet.regions;
  if (region === undefined) throw new Error('the example has a region');
  const said: object[] = [];
  const say: Say = (code, data) => void said.push({ code, ...data });
  const world = await openContexts({
    kubeconfig: clusters.kubeconfig,
    contexts: given.contexts ?? clusters.contexts,
    start: inProcess,
    leave: given.leave ?? false,
    say,
  })({
    fleet: given.fleet ?? fleet,
    region,
    directory: clusters.directory,
    seed: 1,
    care: { signal: new AbortController().signal, onFailure: () => undefined },
  });
  opened.push(world);
  return { world, said };
}

const refusal = (given: Given = {}): Promise<ZeroshiftError> =>
  open(given).then(
    () => expect.unreachable('it was opened'),
    (error) => (error instanceof ZeroshiftError ? error : expect.unreachable(String(error))),
  );

const untouched = async (): Promise<void> => {
  for (const port of Object.values(clusters.ports)) {
    expect(await port.get(lease)).toBeUndefined();
    expect(await findOwn(port)).toEqual([]);
  }
};

it('opens entrances that lead to the gateways, and closes without leaving anything', async () => {
  const { world, said } = await open();
  for (const colour of ['blue', 'green'] as const) {
    const { addresses, healthUrl } = world.infos[colour].entrance;
    expect(Object.keys(addresses)).toEqual(['80', '443']);
    const answer = await ask(addresses['80'] ?? '', { host: 'nobody.example.com' });
    expect([answer.status, answer.headers.server]).toEqual([404, 'envoy']);
    expect((await fetch(healthUrl)).status).toBe(200);
    expect(await clusters.ports[colour].get(lease)).toBeDefined();
  }
  expect(world.foreign).toBe(true);
  await world.close();
  await untouched();
  expect(said).toEqual([]);
});

it.each(['Service', 'DomainMapping'])(
  'refuses a %s that no rehearsal made, and touches nothing',
  async (kind) => {
    const mapping = {
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      metadata: { namespace: 'default', name: 'their.example.org' },
      spec: { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'theirs' } },
    };
    await somebodys(clusters.ports.green, kind === 'Service' ? ksvc('theirs') : mapping);
    const error = await refusal();
    expect(error.code).toBe('rehearsal.foreign-services');
    expect(errorText(error)).toContain(
      kind === 'Service' ? 'Service default/theirs' : 'DomainMapping default/their.example.org',
    );
    expect(errorText(error)).toContain(`context ${clusters.contexts.green}`);
    await untouched();
  },
);

it('refuses the same cluster twice, whatever its contexts are called', async () => {
  const error = await refusal({ contexts: { blue: clusters.contexts.blue, green: 'alias' } });
  expect(error.code).toBe('rehearsal.same-cluster');
});

it('names the flag of a cluster that would refuse a service', async () => {
  const [service] = fleet.services;
  if (service === undefined) throw new Error('the example has services');
  const needy = {
    ...fleet,
    services: [{ ...service, nodeSelector: { disk: 'fast' } }],
    rehearsal: { ...fleet.rehearsal, history: [] },
  };
  const error = await refusal({ fleet: needy });
  expect(error.code).toBe('rehearsal.unfit');
  expect(errorText(error)).toContain('kubernetes.podspec-nodeselector is off');
  await untouched();
});

it('refuses a cluster whose ingress is not Kourier, and one whose domain is not the other one', async () => {
  const { green } = clusters.ports;
  const map = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'knative-serving', name });
  const change = async (name: string, data: object, back: object): Promise<ZeroshiftError> => {
    await green.patch(map(name), { data });
    return refusal().finally(() => green.patch(map(name), { data: back }));
  };
  const kourier = 'kourier.ingress.networking.knative.dev';
  const ingress = await change(
    'config-network',
    { 'ingress-class': 'istio.ingress.networking.knative.dev' },
    { 'ingress-class': kourier },
  );
  expect(errorText(ingress)).toContain(`ingress-class: ${kourier}`);
  const domain = await change('config-domain', { 'other.org': '' }, { 'other.org': null });
  expect([domain.code, errorText(domain)]).toEqual([
    'rehearsal.unfit',
    expect.stringContaining('"example.com, other.org" was given'),
  ]);
  await untouched();
});

it('takes away what an earlier rehearsal left, and nothing else', async () => {
  const { blue } = clusters.ports;
  const own = { labels: { [label]: 'shop' } };
  await blue.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'left', ...own } });
  await blue.create(ksvc('left', { namespace: 'left', ...own }));
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'theirs' } };
  await somebodys(blue, config);
  const { said } = await open();
  const cluster = expect.stringContaining('blue');
  const seconds = expect.any(Number);
  expect(said).toEqual([
    {
      code: 'rehearsal.cleaning',
      cluster,
      what: 'leftovers',
      left: ['Namespace left', 'Service left/left'],
      seconds,
    },
    { code: 'rehearsal.cleaned', cluster, what: 'leftovers', removed: 2, left: [], seconds },
  ]);
  expect(await findOwn(blue)).toEqual([]);
  expect(await blue.get({ apiVersion: 'v1', kind: 'Namespace', name: 'left' })).toBeUndefined();
  expect(await blue.get({ ...config, namespace: 'default', name: 'theirs' })).toBeDefined();
});

it('leaves what it made when it is to, and takes it away at the next time', async () => {
  const { world } = await open({ leave: true });
  await ownOnly(clusters.ports.blue, 'shop').apply(ksvc('kept'));
  await world.close();
  expect((await findOwn(clusters.ports.blue)).map(({ metadata }) => metadata.name)).toEqual(['kept']);
  const { said } = await open();
  expect(said).toMatchObject([
    { code: 'rehearsal.cleaning', left: ['Service default/kept'] },
    { code: 'rehearsal.cleaned', removed: 1 },
  ]);
});

it('removes what it made, as a migration asks for, and nothing of anybody', async () => {
  const { blue } = clusters.ports;
  const port = ownOnly(blue, 'shop');
  const map = (name: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name },
  });
  const made = await port.create(map('made'));
  expect(await port.remove?.(made)).toEqual({ outcome: 'deleted' });
  const theirs = map('theirs');
  await somebodys(blue, theirs);
  await expect(port.remove?.(theirs)).rejects.toMatchObject({ code: 'rehearsal.not-ours' });
  expect(await blue.get({ ...theirs, namespace: 'default', name: 'theirs' })).toBeDefined();
  expect(await port.dryRun?.(map('asked'))).toMatchObject({
    object: { metadata: { labels: { [label]: 'shop' } } },
  });
});

it('makes nothing any more once the end was asked for', async () => {
  const ending = new AbortController();
  const port = ownOnly(clusters.ports.blue, 'shop', ending.signal);
  ending.abort();
  await expect(port.apply(ksvc('late'))).rejects.toMatchObject({ code: 'rehearsal.interrupted' });
  await expect(port.create(ksvc('late'))).rejects.toMatchObject({ code: 'rehearsal.interrupted' });
  expect(await findOwn(clusters.ports.blue)).toEqual([]);
});

it.each([
  ['of a process of this machine that has ended', `${hostname()}/999999/1`, 0, 'taken over'],
  ['of another machine that has not been renewed for a while', 'other/7/1', 60, 'taken over'],
  ['of another machine', 'other/7/1', 5, 'rehearsal.busy'],
])('a claim %s is %s', async (_, holderIdentity, age, outcome) => {
  const { green } = clusters.ports;
  const renewTime = new Date(Date.now() - age * 1000).toISOString().replace('Z', '000Z');
  await green.create({
    apiVersion: lease.apiVersion,
    kind: lease.kind,
    metadata: { namespace: lease.namespace, name: lease.name, labels: { [label]: 'shop' } },
    spec: { holderIdentity, renewTime, leaseDurationSeconds: 30 },
  });
  const code = await open().then(
    () => 'taken over',
    (error: ZeroshiftError) => error.code,
  );
  expect(code).toBe(outcome);
  const left = await green.get(lease);
  if (outcome === 'rehearsal.busy' && left !== undefined) await green.remove(left);
  // A refusal at the second cluster gives the first one up.
  if (outcome === 'rehearsal.busy') await untouched();
});

it('refuses a second rehearsal while one is under way', async () => {
  await open();
  expect((await refusal()).code).toBe('rehearsal.busy');
});

it('marks what is made, uses a namespace that is there, and overwrites nothing of anybody', async () => {
  await open();
  const own = ownOnly(clusters.ports.blue, 'shop');
  const made = await own.apply(ksvc('mine'));
  expect(made.metadata.labels?.[label]).toBe('shop');
  const space = await own.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  expect(space.metadata.labels?.[label]).toBeUndefined();
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'theirs' } };
  await somebodys(clusters.ports.blue, { ...config, data: { a: '1' } });
  await expect(own.apply({ ...config, data: { a: '2' } })).rejects.toMatchObject({
    code: 'rehearsal.not-ours',
  });
  const found = await clusters.ports.blue.get({ ...config, namespace: 'default', name: 'theirs' });
  expect(found?.data).toEqual({ a: '1' });
});

it('bad-green is a release that answers errors, but where traffic is pinned', async () => {
  const { world } = await open();
  await seedServices(ownOnly(clusters.ports.green, 'shop'), fleet, 'green');
  const address = world.infos.green.entrance.addresses['80'] ?? '';
  await world.setFault('green', 'errors');
  const status = async (name: string) => (await ask(address, { host: `${name}.default.example.com` })).status;
  expect([await status('hello'), await status('pinned')]).toEqual([500, 200]);
});

it('says so when bad-green finds nothing to release', async () => {
  const { world } = await open();
  await expect(world.setFault('green', 'errors')).rejects.toMatchObject({ code: 'rehearsal.no-fault' });
});
