import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import { Duration } from '../../../lib/fleet/duration.ts';
import type { Colour, Locator } from '../../../lib/fleet/index.ts';
import { waitUntilReady } from '../../../lib/migration/apply/index.ts';
import {
  networkLoadBalancerArn,
  type RehearsalAccelerator,
  startAccelerator,
} from '../../../lib/rehearsal/accelerator/index.ts';
import { seededRandom } from '../../../lib/rehearsal/random.ts';
import { type BuiltCommand, buildCommand } from '../../helpers/build-command.ts';
import { connectApi, sharedKubeconfig } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/* `zeroshift migrate`, killed at any moment and run again. */

const seed = 7;
const wanted = 50;
/** Namespaces: the next one once a run came to its end in spite of its kill. */
const batches = 20;
/** Of them at a time, each with a state of its own. */
const atOnce = 3;
/** Few: Knative's autoscaler takes 0.4 s for each revision, and what is to be shown is in the writes before that. */
const services = 5;
const historic = 3;
const serving = 'serving.knative.dev/v1';

onClusters('migrate, killed', () => {
  let folder: string;
  let command: BuiltCommand;
  let accelerator: RehearsalAccelerator;
  let ports: Readonly<Record<Colour, DefinitionPort>>;
  const namespaces = Array.from({ length: batches }, (_, index) => ownNamespace(`kill-${index}`));
  const names = Array.from({ length: services }, (_, index) => `s-${index}`);
  const region = 'eu-west-1';
  const arnOf = (colour: Colour) =>
    networkLoadBalancerArn({ region, account: '111122223333', name: `lane-${colour}` });

  const service = (namespace: string, name: string, version: number): KubeObject => ({
    apiVersion: serving,
    kind: 'Service',
    metadata: { name, namespace },
    spec: {
      template: {
        metadata: { annotations: { 'autoscaling.knative.dev/initial-scale': '0' } },
        spec: {
          containers: [
            {
              image: '10.98.0.1:5000/app:lane',
              env: [{ name: 'V', value: `${version}` }],
              envFrom: [{ configMapRef: { name } }],
            },
          ],
        },
      },
    },
  });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zeroshift-kills-'));
    const kubeconfig = sharedKubeconfig();
    const portTo = (context: Colour) => createKubernetesCluster({ name: context, kubeconfig, context });
    ports = { blue: portTo('blue'), green: portTo('green') };
    const weights = { blue: 100, green: 0 };
    [command, accelerator] = await Promise.all([
      buildCommand(),
      startAccelerator({
        region,
        ports: { 80: 0 },
        endpoints: (['blue', 'green'] as const).map((colour) => ({
          id: arnOf(colour),
          addresses: {},
          weight: weights[colour],
        })),
        propagation: Duration.milliseconds(10),
        seed,
      }),
    ]);
    const addresses = { 80: '127.0.0.1:1', 443: '127.0.0.1:1' };
    const at = (colour: Colour) => ({
      cluster: { name: `lane-${colour}`, kubeconfig, context: colour },
      entrance: { arn: arnOf(colour), addresses },
    });
    const { acceleratorArn: arn, listenerArn, controlPlane, endpointGroupArns } = accelerator;
    const locator: Locator = {
      apiVersion: 'zeroshift/v1',
      kind: 'Locator',
      fleet: 'lane',
      accelerator: { arn, listenerArn, addresses, controlPlane },
      regions: [
        {
          region,
          endpointGroupArn: endpointGroupArns[region] ?? '',
          colours: { blue: at('blue'), green: at('green') },
        },
      ],
    };
    await writeFile(join(folder, 'locator.json'), JSON.stringify(locator));
    await writeFile(
      join(folder, 'fleet.config.mjs'),
      `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'lane', domain: 'lane.example.com',
  regions: [{ name: '${region}', account: '111122223333', availabilityZones: ['${region}a', '${region}b'] }],
  colours: { blue: { kubernetes: '1.35', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [],
});`,
    );
  });
  afterAll(async () => {
    await Promise.all([command.remove(), accelerator.close()]);
    for (const colour of ['blue', 'green'] as const)
      for (const namespace of namespaces)
        await dismiss(connectApi(clusters()[colour].access), namespace).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  /** Services with what they need, most of them with a history. */
  async function fill(namespace: string): Promise<void> {
    await ports.blue.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    const deploy = (version: number, some: readonly string[]) =>
      Promise.all(some.map((name) => ports.blue.apply(service(namespace, name, version))));
    const ready = () =>
      waitUntilReady({
        target: ports.blue,
        services: names.map((name) => ({ namespace, name })),
        timeoutMs: 120_000,
      });
    await Promise.all(
      names.map((name) =>
        ports.blue.create({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, namespace },
          data: { name },
        }),
      ),
    );
    const changing = names.slice(0, historic);
    await deploy(1, names);
    await ready();
    await deploy(2, changing);
    await deploy(3, changing);
    await ready();
  }

  const start = (namespace: string): ChildProcess =>
    spawn(
      process.execPath,
      [
        ...[command.file, 'migrate', '--to', 'green', '--namespace', namespace, '--json'],
        ...['--fleet', join(folder, 'fleet.config.mjs'), '--locator', join(folder, 'locator.json')],
        ...['--state', join(folder, `state-${namespace}`)],
      ],
      {
        env: { ...process.env, AWS_ACCESS_KEY_ID: 'rehearsal', AWS_SECRET_ACCESS_KEY: 'rehearsal' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );

  /** Runs it; kills it after so many objects and milliseconds. Its last line, and how many objects it made. */
  async function run(namespace: string, kill?: { after: number; milliseconds: number }) {
    const child = start(namespace);
    let applied = 0;
    let last: Record<string, unknown> = {};
    const strike = (): void => {
      if (kill !== undefined) setTimeout(() => child.kill('SIGKILL'), kill.milliseconds);
    };
    for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
      last = JSON.parse(line) as Record<string, unknown>;
      if (last.event === 'migrate.started' && kill?.after === 0) strike();
      if (last.event === 'migrate.object' && last.outcome === 'applied' && ++applied === kill?.after)
        strike();
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return { exit: child.exitCode, signal: child.signalCode, applied, last };
  }

  const seen = async (colour: Colour, namespace: string, name: string): Promise<unknown> => {
    const reference = { apiVersion: serving, namespace, name };
    const configuration = await ports[colour].get({ ...reference, kind: 'Configuration' });
    const live = await ports[colour].get({ ...reference, kind: 'Service' });
    return {
      // One that came by a tag arrives with its digest, and so as the second.
      generation: Math.max(2, configuration?.metadata.generation ?? 0),
      template: configuration?.spec.template,
      latest: configuration?.status?.latestReadyRevisionName,
      traffic: live?.status?.traffic?.map(({ url: _, ...target }: { url?: string }) => target),
    };
  };

  /** Kills in one namespace until a run comes to its end all the same, or `mayKill` says no; then the whole is looked at. */
  async function killIn(namespace: string, random: () => number, mayKill: () => boolean): Promise<number> {
    let kills = 0;
    let isKilled = true;
    while (isKilled && mayKill()) {
      const moment = { after: Math.floor(random() * 2), milliseconds: Math.floor(random() * 90) };
      isKilled = (await run(namespace, moment)).signal === 'SIGKILL';
      if (isKilled) kills++;
    }
    const whole = await run(namespace);
    expect(whole.last, namespace).toMatchObject({
      event: 'migrate.finished',
      conflict: 0,
      failed: 0,
      skipped: 0,
      ready: services,
      notReady: 0,
    });
    expect(whole.exit).toBe(0);
    expect(await run(namespace)).toMatchObject({ exit: 0, applied: 0 });
    for (const name of names)
      expect(await seen('green', namespace, name)).toEqual(await seen('blue', namespace, name));
    const revisions = { apiVersion: serving, kind: 'Revision' };
    for await (const { metadata } of ports.green.list(revisions, { namespace }))
      expect(metadata.name).not.toMatch(/-zs-[ab]$/);
    return kills;
  }

  it(`ends the same after ${wanted} kills, seed ${seed}`, async () => {
    // Those that are being tried count: one that came too late gives its place back.
    let tried = 0;
    let kills = 0;
    const open = [...namespaces.entries()];
    const worker = async (): Promise<void> => {
      for (let next = open.shift(); next !== undefined && tried < wanted; next = open.shift()) {
        const [index, namespace] = next;
        await fill(namespace);
        let own = 0;
        const done = await killIn(namespace, seededRandom(seed + index), () => {
          const may = tried < wanted;
          if (may) [tried, own] = [tried + 1, own + 1];
          return may;
        });
        tried -= own - done;
        kills += done;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    expect(kills).toBe(wanted);
  }, 300_000);
});
