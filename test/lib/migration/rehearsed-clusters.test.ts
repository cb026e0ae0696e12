import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { release } from '../../../constructs/knative/index.ts';
import {
  type ClusterPort,
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import { type Colour, colours, type Fleet, loadFleet } from '../../../lib/fleet/index.ts';
import {
  applyMigration,
  readInventory,
  takeMigrationPlan,
  verifyServices,
} from '../../../lib/migration/index.ts';
import { type RunningCluster, startCluster } from '../../../lib/rehearsal/cluster/index.ts';
import { seedServices, seedServing } from '../../../lib/rehearsal/seed-services.ts';

const serving = 'serving.knative.dev/v1';
const running: RunningCluster[] = [];
let folder: string;
let fleet: Fleet;
let clusters: Record<Colour, DefinitionPort>;
let services: { namespace: string; name: string }[];

/** Asks until it is so; an answer that throws is none yet. */
async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 25_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`it did not come to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const all = async (cluster: ClusterPort, kind: string): Promise<KubeObject[]> => {
  const found: KubeObject[] = [];
  for await (const object of cluster.list({ apiVersion: serving, kind }, { namespace: 'shop' }))
    found.push(object);
  return found;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  fleet = await loadFleet('examples/shop/fleet.config.ts');
  const start = async (colour: Colour, seed: number): Promise<DefinitionPort> => {
    const cluster = await startCluster({
      fleet: fleet.name,
      colour,
      region: 'eu-west-1',
      ports: [80],
      directory: folder,
      domain: fleet.domain,
      seed,
    });
    running.push(cluster);
    const port = createKubernetesCluster(cluster);
    await seedServing(port, fleet, colour);
    return port;
  };
  const [blue, green] = await Promise.all(colours.map(start));
  if (blue === undefined || green === undefined) throw new Error('no clusters');
  clusters = { blue, green };
  await seedServices(blue, fleet, 'blue');
  services = (await readInventory(blue)).services.map(({ service: { metadata } }) => ({
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  }));
}, 60_000);

afterAll(async () => {
  await Promise.all(running.map((cluster) => cluster.close()));
  await rm(folder, { recursive: true, force: true });
});

it('recreates the shop on the other cluster, whose controllers own what they made', async () => {
  const { blue, green } = clusters;
  const { colours: defined, migration } = fleet;
  const { knative } = defined.green;
  const plan = await takeMigrationPlan({
    source: blue,
    target: green,
    context: { from: 'blue', to: 'green', region: 'eu-west-1' },
    release: { knative, features: release(knative).features },
    ...(migration === undefined ? {} : { migration }),
  });
  const { objects } = await applyMigration({ plan, source: blue, target: green });
  expect(objects.filter(({ outcome }) => outcome !== 'applied' && outcome !== 'unchanged')).toEqual([]);
  const last = await until('all is verified', async () => {
    const { waitingFor } = await verifyServices(blue, green, services);
    return waitingFor.length === 0 ? waitingFor : undefined;
  });
  expect(last).toEqual([]);
  const configurations = new Map(
    (await all(green, 'Configuration')).map(({ metadata }) => [metadata.name, metadata.uid]),
  );
  const theirs = new Set((await all(blue, 'Revision')).map(({ metadata }) => metadata.uid));
  for (const { metadata } of await all(green, 'Revision')) {
    const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
    expect(owner, metadata.name).toMatchObject({
      kind: 'Configuration',
      uid: configurations.get(owner?.name ?? ''),
    });
    expect(theirs.has(metadata.uid), metadata.name).toBe(false);
  }
}, 60_000);

it('gives the first update on the other cluster a new revision with the new image', async () => {
  const { green } = clusters;
  const before = new Set((await all(green, 'Revision')).map(({ metadata }) => metadata.name));
  // One with generated names, one whose traffic pins revisions that are named.
  for (const [name, template] of [
    ['cart', {}],
    ['catalog', { metadata: { name: 'catalog-v3' } }],
  ] as const) {
    const reference = { apiVersion: serving, kind: 'Service', namespace: 'shop', name };
    const image = `ghcr.io/zeroshift-examples/shop-${name}:9.9`;
    const now = await green.get(reference);
    const [container] = now?.spec.template.spec.containers ?? [];
    const spec = { containers: [{ ...container, image }] };
    await green.patch(reference, { spec: { template: { ...template, spec } } });
    const latest = await until(`${name} has a new latest revision`, async () => {
      const service = await green.get(reference);
      const latest: string = service?.status?.latestReadyRevisionName ?? '';
      return before.has(latest) ? undefined : latest;
    });
    const revision = await green.get({ ...reference, kind: 'Revision', name: latest });
    expect(revision?.spec.containers[0].image).toBe(image);
  }
}, 60_000);
