import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { main } from '../../lib/cli/index.ts';
import { createKubernetesCluster, type KubeObject } from '../../lib/clusters/index.ts';
import { type Colour, colours, loadFleet, readLocatorFromSsm } from '../../lib/fleet/index.ts';
import { type RunningCluster, startCluster } from '../../lib/rehearsal/cluster/index.ts';
import { type LoadRun, startLoad } from '../../lib/rehearsal/load/index.ts';
import { seedServing } from '../../lib/rehearsal/seed-services.ts';
import { waitUntilReady } from '../../lib/rehearsal/wait-until-ready.ts';
import { NameTable } from '../helpers/name-table.ts';
import { blocksOf, commandsOf } from '../helpers/page.ts';
import { PlayedAws } from '../helpers/played-aws.ts';
import { resourcesOf, synthesize, templateOf, typesIn } from '../lib/stacks/synthesis.ts';

/**
 * The page, step by step, with the undo of those that change something for clients, while requests come by the names that clients use. AWS, DNS and the clusters are
 * stand-ins on loopback; the registration's function, the manifests, the migration and the cutover are the real ones.
 */
const region = 'eu-west-1';
const here = process.cwd();
let folder = '';
let aws: PlayedAws;
let clusters: Readonly<Record<Colour, RunningCluster>>;
let names: NameTable;
let load: LoadRun;

/** Everything shares one process, which stands still for seconds where the machine is busy: that is no answer's fault. */
const timings = { connectTimeoutMs: 30_000 };
const deadlineMs = 60_000;

const port = (colour: Colour) => {
  const { name, kubeconfig, context } = clusters[colour];
  return createKubernetesCluster({ name, kubeconfig, context });
};

const service = (name: string): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec: {
    template: {
      metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '1' } },
      spec: { containers: [{ image: 'ghcr.io/acme/app:1', env: [{ name: 'TARGET', value: name }] }] },
    },
  },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  const [definition] = (await blocksOf('adopt.md')).filter(({ language }) => language === 'ts');
  await writeFile(
    join(folder, 'fleet.config.ts'),
    // With the times of a test, and without a port that needs a certificate.
    `import { defineFleet } from 'zeroshift/fleet';\n${definition?.text}`
      .replace(/, 443: \{[^}]*\}/, '')
      .replace(
        'colours:',
        `entrance: { ports: [80] },
  cutover: {
    steps: [100], bake: '1s', hold: '1s',
    gates: { minSamples: 10, maxLatencyRatio: 50, latencyFloor: '2s', shareTolerance: 50 },
  },
  colours:`,
      ),
  );
  process.chdir(folder);
  const fleet = await loadFleet();
  const { name, domain, regions, entrance } = fleet;
  const props = { fleet: name, region, account: regions[0]?.account ?? '', ports: entrance.ports };
  const entranceArn = fleet.colours.blue.existing[region]?.entranceArn ?? '';
  aws = await PlayedAws.start({ ...props, existing: { blue: entranceArn } });
  const start = (colour: Colour, seed: number) =>
    startCluster({ ...props, colour, seed, directory: folder, domain, timings });
  const [blue, green] = await Promise.all([start('blue', 1), start('green', 2)]);
  clusters = { blue, green };
  // What is live before anybody has heard of a fleet: a cluster with services behind a load balancer.
  await seedServing(port('blue'), fleet, 'blue');
  await port('blue').apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } });
  const live = [service('cart'), service('catalog')];
  for (const one of live) await port('blue').apply(one);
  await waitUntilReady(port('blue'), live, { patience: 30_000 });
  const { addresses } = blue.entrance;
  await aws.entrances.blue.register({ name: 'live', addresses, health: { address: addresses[80] ?? '' } });
  names = await NameTable.start([{ address: aws.entrances.blue.addresses[80] ?? '', weight: 1 }], 200);
  load = startLoad({
    address: names.address,
    rate: 40,
    targets: live.map(({ metadata }) => ({
      service: metadata.name,
      host: `${metadata.name}.shop.${domain}`,
      path: '/',
      weight: 1,
      expectedStatus: 200,
      deadlineMs,
      bodyStartsWith: metadata.name,
    })),
    maxDurationMs: 600_000,
  });
}, 90_000);
afterAll(async () => {
  process.chdir(here);
  load?.stop();
  await names?.close();
  await Promise.all([aws?.close(), ...colours.map((colour) => clusters?.[colour].close())]);
  await rm(folder, { recursive: true, force: true });
}, 60_000);

let printed = '';
async function zeroshift(...args: string[]): Promise<number> {
  printed = '';
  const write = (text: string | Uint8Array): boolean => {
    printed += String(text);
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`zeroshift ${args.join(' ')} does not end:\n${printed}`)),
      90_000,
    );
  });
  try {
    return await Promise.race([main(args, '0'), late]);
  } finally {
    clearTimeout(timer);
    for (const spy of spies) spy.mockRestore();
  }
}

async function apply(colour: Colour, directory: string): Promise<void> {
  const entries = await readdir(join(folder, directory), { recursive: true });
  const order = ['serving', 'ingress', 'services', 'post-install', 'access'];
  const place = (name: string) => order.indexOf(name.split('/')[0] ?? '');
  const files = entries
    .filter((name) => name.endsWith('.yaml'))
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  for (const name of files)
    for (const document of parseAllDocuments(await readFile(join(folder, directory, name), 'utf8'))) {
      const object = document.toJS() as KubeObject;
      // A rehearsal's API server judges by itself: there is no pod of Knative's webhook that could.
      if (!object.kind.endsWith('WebhookConfiguration')) await port(colour).apply(object);
    }
}

/** The locator that the stacks wrote, whose clusters are reached as this machine reaches them. */
async function writeLocator(): Promise<string> {
  const located = await readLocatorFromSsm(await loadFleet());
  const at = (colour: Colour) => {
    const { name, kubeconfig, context } = clusters[colour];
    const one = located.regions[0]?.colours[colour];
    return { entrance: one?.entrance, cluster: { name, kubeconfig, context } };
  };
  const { journal: _, ...locator } = located;
  const file = join(folder, 'locator.json');
  await writeFile(
    file,
    JSON.stringify({
      ...locator,
      accelerator: { ...located.accelerator, controlPlane: aws.accelerator.controlPlane },
      regions: [{ ...located.regions[0], colours: { blue: at('blue'), green: at('green') } }],
    }),
  );
  return file;
}

it('a live cluster becomes a fleet, and the undo of a step leads back, with nothing lost', async () => {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const fleet = await loadFleet();
  const { stacks } = synthesize(fleet);
  const sh = (await blocksOf('adopt.md')).filter(({ language }) => language === 'sh').flatMap(commandsOf);
  const commands = sh.values();
  /** The page's next command, which must be this one. */
  const next = (form: RegExp | string): void => {
    const command = commands.next().value ?? 'the end of the page';
    if (typeof form === 'string') expect(command).toBe(form);
    else expect(command).toMatch(form);
  };
  const weights = async (): Promise<Record<string, number>> => {
    const { createGlobalAcceleratorTraffic } = await import('../../lib/traffic/index.ts');
    const traffic = createGlobalAcceleratorTraffic({ controlPlane: aws.accelerator.controlPlane });
    const { endpoints } = await traffic.readGroup(aws.accelerator.endpointGroupArn);
    return Object.fromEntries(endpoints.map(({ id, weight }) => [id.split('/')[2] ?? '', weight]));
  };
  const deploy = async (...only: string[]) => {
    const answers = await aws.deploy(stacks, only);
    for (const { Status, Reason } of answers) expect([Status, Reason]).toEqual(['SUCCESS', undefined]);
    return answers[0]?.PhysicalResourceId ?? '';
  };
  const remove = async (stack: string, id: string) =>
    expect(await aws.remove(stacks, stack, id)).toMatchObject({ Status: 'SUCCESS' });
  const [direct, byAccelerator] = [
    aws.entrances.blue.addresses[80] ?? '',
    aws.accelerator.addresses[80] ?? '',
  ];
  const lostNothing = (step: string) => {
    const { totals, lastLost } = load.snapshot();
    expect(lastLost, `after ${step}: ${JSON.stringify(lastLost)}`).toBeNull();
    return totals.scheduled;
  };

  // 0. Nothing of cluster and load balancer is in blue's stack.
  const types = typesIn(templateOf(stacks, 'shop-eu-west-1-blue'));
  expect(types.filter((type) => /^AWS::(EKS|EC2|ElasticLoadBalancing)/.test(type))).toEqual([]);

  // 1. The accelerator and the operations. The role that the access entry names is the one that the stack makes.
  next('npx cdk deploy shop-accelerator shop-operations shop-observability');
  await deploy('shop-accelerator', 'shop-operations', 'shop-observability');
  next(/^aws eks create-access-entry --cluster-name shop-prod --kubernetes-groups zeroshift:operators /);
  const [operator] = resourcesOf(templateOf(stacks, 'shop-operations'), 'AWS::IAM::Role').filter(
    ({ Properties }) => Properties.RoleName !== undefined,
  );
  expect(sh.join('\n')).toContain(
    `--principal-arn arn:aws:iam::111122223333:role/${operator?.Properties.RoleName}`,
  );
  next('npx zeroshift synth');
  expect(await zeroshift('synth'), printed).toBe(0);
  next('kubectl --context blue apply --server-side -f dist/blue/access');
  await apply('blue', 'dist/blue/access');
  expect(await weights()).toEqual({});
  lostNothing('step 1');

  // 2. Blue's entrance behind the accelerator; its undo; again.
  next('npx cdk deploy shop-eu-west-1-blue');
  await remove('shop-eu-west-1-blue', await deploy('shop-eu-west-1-blue'));
  expect(await weights()).toEqual({});
  const blueId = await deploy('shop-eu-west-1-blue');
  expect(await weights()).toEqual({ 'shop-prod': 100 });
  lostNothing('step 2');

  // 3. The way through the accelerator.
  next(/^address=\$\(dig /);
  next(/^curl --resolve /);
  const tried = await fetchThrough(byAccelerator, 'cart.shop.shop.example.com');
  expect(tried).toMatch(/^cart /);

  // 4. The names: a part, all of them, back, and again.
  const both = [
    { address: direct, weight: 95 },
    { address: byAccelerator, weight: 5 },
  ];
  for (const records of [both, [both[1]], [both[0]], [both[1]]]) {
    await names.lead(records.flatMap((one) => one ?? []));
    const before = load.snapshot().totals.scheduled;
    await vi.waitFor(() => expect(load.snapshot().totals.scheduled).toBeGreaterThan(before + 40), {
      timeout: 20_000,
    });
  }
  expect(names.flows[byAccelerator]).toBeGreaterThan(10);
  lostNothing('step 4');

  // 5. A second colour; its undo; again.
  next('npx cdk deploy shop-eu-west-1-green');
  const greenId = await deploy('shop-eu-west-1-green');
  await remove('shop-eu-west-1-green', greenId);
  await deploy('shop-eu-west-1-green');
  expect(await weights()).toEqual({ 'shop-prod': 100, 'shop-green': 0 });
  next('npx zeroshift synth');
  next('kubectl --context green apply --server-side -k dist/green');
  await apply('green', 'dist/green');
  const groups = resourcesOf(
    templateOf(stacks, 'shop-eu-west-1-green'),
    'AWS::ElasticLoadBalancingV2::TargetGroup',
  ).map(({ Properties }) => String(Properties.Name));
  await vi.waitFor(
    async () =>
      expect(await aws.bind('green', port('green'), clusters.green.entrance.addresses, groups)).toEqual(
        groups,
      ),
    { timeout: 20_000 },
  );
  const at = ['--locator', await writeLocator(), '--state', join(folder, 'state')];
  next('npx zeroshift migrate --to green --dry-run');
  expect(await zeroshift('migrate', '--to', 'green', '--dry-run', ...at), printed).toBe(3);
  next('npx zeroshift migrate --to green');
  expect(await zeroshift('migrate', '--to', 'green', ...at), printed).toBe(0);
  expect(
    await zeroshift('try', '--colour', 'green', 'cart.shop.shop.example.com', ...at.slice(0, 2)),
    printed,
  ).toBe(0);
  lostNothing('step 5');

  // 6. The traffic; its undo; again, to the end.
  next('npx zeroshift rehearse');
  next('npx zeroshift plan --to green');
  next('npx zeroshift cutover');
  next('the end of the page');
  const cutover = async () => {
    expect(await zeroshift('plan', '--to', 'green', ...at), printed).toBe(0);
    expect(await zeroshift('cutover', ...at), printed).toBe(0);
    expect(await weights()).toEqual({ 'shop-prod': 0, 'shop-green': 100 });
  };
  await cutover();
  expect(await zeroshift('rollback', ...at), printed).toBe(0);
  expect(await weights()).toEqual({ 'shop-prod': 100, 'shop-green': 0 });
  await cutover();
  expect(await zeroshift('finalize', ...at), printed).toBe(0);

  // 7. What is left of blue, and its undo.
  await remove('shop-eu-west-1-blue', blueId);
  expect(await weights()).toEqual({ 'shop-green': 100 });
  await deploy('shop-eu-west-1-blue');
  expect(await weights()).toEqual({ 'shop-green': 100, 'shop-prod': 0 });

  const sent = lostNothing('the last step');
  load.stop();
  const { totals, lost } = await load.finished;
  expect(lost).toEqual([]);
  expect(totals.answered).toBe(totals.scheduled);
  expect(sent).toBeGreaterThan(400);
}, 300_000);

async function fetchThrough(address: string, host: string): Promise<string> {
  const { get } = await import('node:http');
  return new Promise((resolve, reject) => {
    get(`http://${address}/`, { headers: { Host: host }, agent: false, timeout: 10_000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    }).on('error', reject);
  });
}
