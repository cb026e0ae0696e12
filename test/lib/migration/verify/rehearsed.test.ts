import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../../lib/clusters/index.ts';
import { type Colour, colours } from '../../../../lib/fleet/index.ts';
import { createEntrance } from '../../../../lib/metrics/index.ts';
import { type ServiceVerdict, verdictText, verifyMigration } from '../../../../lib/migration/verify/index.ts';
import { type RunningCluster, startCluster } from '../../../../lib/rehearsal/cluster/index.ts';

const serving = 'serving.knative.dev/v1';
const namespace = 'shop';
const running: RunningCluster[] = [];
let folder: string;
let clusters: Record<Colour, DefinitionPort>;

const hello = (env: object[] = [], traffic?: object[]): KubeObject => ({
  apiVersion: serving,
  kind: 'Service',
  metadata: { name: 'hello', namespace },
  spec: {
    template: {
      spec: {
        containers: [
          {
            image: 'ghcr.io/acme/hello:1',
            env: [{ name: 'TARGET', value: 'shop' }, ...env],
          },
        ],
      },
    },
    ...(traffic === undefined ? {} : { traffic }),
  },
});
const mapping: readonly KubeObject[] = [
  {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ClusterDomainClaim',
    metadata: { name: 'www.example.com' },
    spec: { namespace },
  },
  {
    apiVersion: 'serving.knative.dev/v1beta1',
    kind: 'DomainMapping',
    metadata: { name: 'www.example.com', namespace },
    spec: { ref: { apiVersion: serving, kind: 'Service', name: 'hello', namespace } },
  },
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  const start = async (colour: Colour, seed: number): Promise<DefinitionPort> => {
    const cluster = await startCluster({
      fleet: 'verified',
      colour,
      region: 'eu-west-1',
      ports: [80],
      directory: folder,
      domain: 'shop.example.com',
      seed,
    });
    running.push(cluster);
    const port = createKubernetesCluster(cluster);
    await port.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    for (const object of [hello(), ...mapping]) await port.apply(object);
    return port;
  };
  const [blue, green] = await Promise.all(colours.map(start));
  if (blue === undefined || green === undefined) throw new Error('no clusters');
  clusters = { blue, green };
}, 60_000);

afterAll(async () => {
  await Promise.all(running.map((cluster) => cluster.close()));
  await rm(folder, { recursive: true, force: true });
});

async function verdict(): Promise<ServiceVerdict> {
  const at = (colour: Colour) => {
    const found = running.find((one) => one.colour === colour);
    if (found === undefined) throw new Error(`no ${colour}`);
    return found.entrance;
  };
  const all: ServiceVerdict[] = [];
  for await (const one of verifyMigration({
    source: clusters.blue,
    target: clusters.green,
    entrances: { source: at('blue'), target: at('green'), port: createEntrance() },
    paths: ['/version'],
  }))
    all.push(one);
  const [only, ...more] = all;
  if (only === undefined || more.length > 0) throw new Error(`${all.length} verdicts`);
  return only;
}

/** Looks until it says this; the last verdict where it does not come to it. */
async function until(text: string): Promise<string> {
  const deadline = Date.now() + 25_000;
  for (;;) {
    const said = verdictText(await verdict());
    if (said.includes(text) || Date.now() > deadline) return said;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

const green = (patch: object) =>
  clusters.green.patch({ apiVersion: serving, kind: 'Service', namespace, name: 'hello' }, patch);

it('says of the same service, made by two clusters, that it is the same', async () => {
  const deadline = Date.now() + 25_000;
  let last = await verdict();
  // The source's own controllers may still be at it, which a note says.
  while ((last.state !== 'same' || last.notes.length > 0) && Date.now() < deadline) last = await verdict();
  expect(last).toMatchObject({ state: 'same', differences: [], notReady: [], notes: [] });
}, 40_000);

it('sees what answers otherwise, what leads elsewhere and what is written otherwise', async () => {
  const env = [
    { name: 'TARGET', value: 'bank' },
    { name: 'MODE', value: 'x' },
  ];
  await green({ spec: { template: { spec: { containers: [{ image: 'ghcr.io/acme/hello:2', env }] } } } });
  const said = await until('body differs');
  for (const text of [
    'spec.template.spec.containers[user-container].image: "ghcr.io/acme/hello:2" instead of "ghcr.io/acme/hello:1"',
    'spec.template.spec.containers[user-container].env[TARGET].value: "bank" instead of "shop"',
    'spec.template.spec.containers[user-container].env[MODE]: {"name":"MODE","value":"x"} instead of nothing',
    'traffic to hello-00001: 0 % instead of 100 %',
    'traffic to hello-00002: 100 % instead of 0 %',
    'http://hello.shop.shop.example.com/version: body differs from byte',
    'http://www.example.com/version: body differs from byte',
  ])
    expect(said).toContain(text);
  await clusters.green.remove(
    (await clusters.green.get({
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      namespace,
      name: 'www.example.com',
    })) as KubeObject,
  );
  expect(await until('host www.example.com')).toContain('host www.example.com: does not lead to it');
}, 40_000);

it('says why a service is not ready, by what its controllers say', async () => {
  await green({ spec: { traffic: [{ revisionName: 'hello-00009', percent: 100 }] } });
  expect(await until('hello-00009')).toContain(
    'not ready: its traffic leads nowhere yet: Revision "hello-00009" referenced in traffic not found',
  );
}, 40_000);
