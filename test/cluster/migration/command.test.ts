import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import { Duration } from '../../../lib/fleet/duration.ts';
import type { Colour, Locator } from '../../../lib/fleet/index.ts';
import {
  networkLoadBalancerArn,
  type RehearsalAccelerator,
  startAccelerator,
} from '../../../lib/rehearsal/accelerator/index.ts';
import { createGlobalAcceleratorTraffic } from '../../../lib/traffic/index.ts';
import { type BuiltCommand, buildCommand } from '../../helpers/build-command.ts';
import { buildPrograms, connectApi, gatewaysOf, holds, kubectl, sharedKubeconfig, until } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/* The command as people type it, on real clusters: there by hand, there by Git, what is in the way, and the way back. */

const serving = 'serving.knative.dev/v1';
const colours = ['blue', 'green'] as const;
const region = 'eu-west-1';
const image = '10.98.0.1:5000/app:lane';
const run = promisify(execFile);

onClusters('zeroshift migrate and synth, as commands', () => {
  const [moved, delivered] = [ownNamespace('cmd-moved'), ownNamespace('cmd-git')];
  let folder: string;
  let command: BuiltCommand;
  let kubectlFile: string;
  let accelerator: RehearsalAccelerator;
  let ports: Readonly<Record<Colour, DefinitionPort>>;

  const arnOf = (colour: Colour) =>
    networkLoadBalancerArn({ region, account: '111122223333', name: `command-${colour}` });
  const object = (apiVersion: string, kind: string, namespace: string, name: string, more: object = {}) =>
    ({ apiVersion, kind, metadata: { name, namespace }, ...more }) as KubeObject;
  const service = (namespace: string, name: string, from: string = image): KubeObject =>
    object(serving, 'Service', namespace, name, {
      spec: {
        template: {
          metadata: { annotations: { 'autoscaling.knative.dev/initial-scale': '0' } },
          spec: { containers: [{ image: from, envFrom: [{ configMapRef: { name: 'app' } }] }] },
        },
      },
    });
  /** What YAML of another version would take for something else, and an end that is easily lost. */
  const data = { yes: 'on', n: '1_000', since: '2020-01-01', lines: 'a\n\n' };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zeroshift-command-'));
    const kubeconfig = sharedKubeconfig();
    const portTo = (context: Colour) => createKubernetesCluster({ name: context, kubeconfig, context });
    ports = { blue: portTo('blue'), green: portTo('green') };
    kubectlFile = (await buildPrograms([kubectl], () => {}))(kubectl);
    [command, accelerator] = await Promise.all([
      buildCommand(),
      startAccelerator({
        region,
        ports: { 80: 0 },
        endpoints: colours.map((colour) => ({
          id: arnOf(colour),
          addresses: {},
          weight: colour === 'blue' ? 100 : 0,
        })),
        propagation: Duration.milliseconds(10),
        seed: 7,
      }),
    ]);
    const { acceleratorArn: arn, listenerArn, controlPlane, endpointGroupArns } = accelerator;
    const at = async (colour: Colour) => {
      const [gateway = ''] = await gatewaysOf(connectApi(clusters()[colour].access));
      const addresses = { 80: gateway.replace('http://', ''), 443: '127.0.0.1:1' };
      return {
        cluster: { name: `lane-${colour}`, kubeconfig, context: colour },
        entrance: { arn: arnOf(colour), addresses },
      };
    };
    const [blue, green] = [await at('blue'), await at('green')];
    const locator: Locator = {
      apiVersion: 'zeroshift/v1',
      kind: 'Locator',
      fleet: 'lane',
      accelerator: { arn, listenerArn, addresses: blue.entrance.addresses, controlPlane },
      regions: [{ region, endpointGroupArn: endpointGroupArns[region] ?? '', colours: { blue, green } }],
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
  migration: { workloads: [{ kind: 'CronJob', name: 'report', runs: 'singleton' }] },
});`,
    );
    for (const namespace of [moved, delivered]) {
      await ports.blue.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
      await ports.blue.create(object('v1', 'ConfigMap', namespace, 'app', { data }));
      await ports.blue.create(
        object('v1', 'Secret', namespace, 'db', { type: 'Opaque', data: { password: 'c2VjcmV0' } }),
      );
      // Weights that are turned by hand hand nothing over: on the way back it would rightly be in the way.
      if (namespace === delivered)
        await ports.blue.create(
          object('batch/v1', 'CronJob', namespace, 'report', {
            spec: {
              schedule: '0 0 31 2 *',
              jobTemplate: {
                spec: {
                  template: { spec: { restartPolicy: 'Never', containers: [{ name: 'report', image }] } },
                },
              },
            },
          }),
        );
      await ports.blue.apply(service(namespace, 'cart'));
    }
    await ports.blue.apply(service(moved, 'never', '10.98.0.1:5000/none:1'));
    for (const namespace of [moved, delivered]) await ready('blue', namespace);
    await until('never says so', 90, async () => {
      const found = await ports.blue.get({
        apiVersion: serving,
        kind: 'Service',
        namespace: moved,
        name: 'never',
      });
      return JSON.stringify(found?.status?.conditions ?? []).includes('"False"');
    });
  });
  afterAll(async () => {
    await Promise.all([command?.remove(), accelerator?.close()]);
    for (const colour of colours) {
      const api = connectApi(clusters()[colour].access);
      for (const namespace of [moved, delivered]) await dismiss(api, namespace).catch(() => undefined);
    }
    const api = connectApi(clusters().green.access);
    for (const kind of ['ValidatingAdmissionPolicyBinding', 'ValidatingAdmissionPolicy'])
      await api.remove({ apiVersion: policies, kind, name: moved }).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  const policies = 'admissionregistration.k8s.io/v1';
  const ready = (colour: Colour, namespace: string) =>
    until(`cart on ${colour}`, 120, async () =>
      holds(
        (await ports[colour].get({ apiVersion: serving, kind: 'Service', namespace, name: 'cart' })) as never,
        'Ready',
      ),
    );

  /** Runs it as a person would. */
  async function zeroshift(
    verb: string,
    ...more: string[]
  ): Promise<{ exit: number; out: string; stdout: string }> {
    const located =
      verb === 'synth'
        ? []
        : [
            '--locator',
            join(folder, 'locator.json'),
            ...(verb === 'migrate' ? ['--state', join(folder, 'state')] : []),
          ];
    const given = [command.file, verb, '--fleet', join(folder, 'fleet.config.mjs'), ...located, ...more];
    const env = { ...process.env, AWS_ACCESS_KEY_ID: 'rehearsal', AWS_SECRET_ACCESS_KEY: 'rehearsal' };
    return run(process.execPath, given, { env, timeout: 180_000, maxBuffer: 1e8 }).then(
      ({ stdout, stderr }) => ({ exit: 0, out: stdout + stderr, stdout }),
      (error: { code?: number; stdout?: string; stderr?: string }) => ({
        exit: Number(error.code),
        out: `${error.stdout ?? ''}${error.stderr ?? ''}`,
        stdout: error.stdout ?? '',
      }),
    );
  }
  const lines = ({ out }: { out: string }): Record<string, unknown>[] =>
    out
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('asks for what is to be in a new namespace once that is there, and makes nothing else where it is refused', async () => {
    const green = connectApi(clusters().green.access);
    await green.apply({
      apiVersion: policies,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name: moved },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [''],
              apiVersions: ['v1'],
              operations: ['CREATE', 'UPDATE'],
              resources: ['configmaps'],
            },
          ],
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': moved } },
        },
        validations: [{ expression: "object.metadata.name != 'app'", message: 'no such maps' }],
      },
    });
    await green.apply({
      apiVersion: policies,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name: moved },
      spec: { policyName: moved, validationActions: ['Deny'] },
    });
    // Until the API server knows of it, which a namespace of its own would show too late.
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    try {
      await refusedInTheNewNamespace();
    } finally {
      for (const kind of ['ValidatingAdmissionPolicyBinding', 'ValidatingAdmissionPolicy'])
        await green.remove({ apiVersion: policies, kind, name: moved });
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }, 180_000);

  async function refusedInTheNewNamespace(): Promise<void> {
    const green = connectApi(clusters().green.access);
    const plan = await zeroshift('migrate', '--to', 'green', '--namespace', moved, '--dry-run');
    expect(plan.exit, plan.out).toBe(3);
    expect(plan.out).toContain(`namespaces that come with the plan (${moved})`);
    const refused = await zeroshift('migrate', '--to', 'green', '--namespace', moved);
    expect(refused.exit, refused.out).toBe(1);
    expect(refused.out).toContain('no such maps');
    expect(refused.out).toContain('nothing but namespaces was made');
    const there = await green.list({ apiVersion: 'v1', kind: 'ConfigMap' }, moved);
    expect(there.map(({ metadata }) => metadata.name)).toEqual(['kube-root-ca.crt']);
  }

  it('brings a namespace, one of whose services can never become ready on either colour', async () => {
    const first = await zeroshift('migrate', '--to', 'green', '--namespace', moved, '--json');
    expect(first.exit, first.out).toBe(0);
    expect(lines(first)).toContainEqual(
      expect.objectContaining({ event: 'migrate.not-ready', name: 'never', onBoth: true }),
    );
    expect(lines(first).at(-1)).toMatchObject({ event: 'migrate.finished', failed: 0, notReady: 0 });
    const map = await ports.green.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: moved, name: 'app' });
    expect(map?.data).toEqual(data);
    const again = await zeroshift('migrate', '--to', 'green', '--namespace', moved, '--dry-run');
    expect(again.exit, again.out).toBe(0);
    const verified = await zeroshift('migrate', '--to', 'green', '--namespace', moved, '--verify');
    expect(verified.exit, verified.out).toBe(0);
    expect(verified.out).toMatch(new RegExp(`same +${moved}/cart`));
  }, 240_000);

  it('goes the way back: nothing is to be done there, and all is the same', async () => {
    const { controlPlane, endpointGroupArns } = accelerator;
    const traffic = createGlobalAcceleratorTraffic({ controlPlane });
    const { endpoints } = await traffic.readGroup(endpointGroupArns[region] ?? '');
    const turned = endpoints.map((one) => ({ ...one, weight: one.id === arnOf('green') ? 100 : 0 }));
    await traffic.writeGroup(endpointGroupArns[region] ?? '', turned);
    const plan = await zeroshift('migrate', '--to', 'blue', '--namespace', moved, '--dry-run');
    expect(plan.exit, plan.out).toBe(0);
    const verified = await zeroshift('migrate', '--to', 'blue', '--namespace', moved, '--verify');
    expect(verified.exit, verified.out).toBe(0);
    await traffic.writeGroup(endpointGroupArns[region] ?? '', endpoints);
  }, 180_000);

  it('lets Git deliver it: inventory, synth --inventory, kubectl apply -k, and the same is there', async () => {
    const inventory = await zeroshift(
      'inventory',
      '--colour',
      'blue',
      '--namespace',
      delivered,
      '-o',
      'yaml',
    );
    expect(inventory.exit, inventory.out).toBe(0);
    expect(inventory.out).not.toContain('c2VjcmV0');
    await writeFile(join(folder, 'blue.yaml'), inventory.stdout);
    const out = join(folder, 'moved');
    const synth = ['--inventory', join(folder, 'blue.yaml'), '--out', out];
    const made = await zeroshift('synth', ...synth);
    expect(made.exit, made.out).toBe(0);
    expect((await zeroshift('synth', ...synth, '--check')).exit).toBe(0);
    const kustomization = await readFile(join(out, 'green/Kustomization'), 'utf8');
    expect(kustomization).toMatch(/^# .*Secret/m);
    const apply = ['--kubeconfig', sharedKubeconfig(), '--context', 'green', 'apply', '--server-side', '-k'];
    await run(kubectlFile, [...apply, join(out, 'green')], { timeout: 60_000 });
    await ready('green', delivered);
    const found = (kind: string, name: string, apiVersion = 'v1') =>
      ports.green.get({ apiVersion, kind, namespace: delivered, name });
    expect((await found('ConfigMap', 'app'))?.data).toEqual(data);
    expect((await found('CronJob', 'report', 'batch/v1'))?.spec.suspend).toBe(true);
    expect(await found('Secret', 'db')).toBeUndefined();
    // Whoever migrates after that has the Secret left to bring, and takes nothing from Git.
    const rest = await zeroshift('migrate', '--to', 'green', '--namespace', delivered, '--dry-run', '--json');
    const todo = lines(rest).filter(({ line, verdict }) => line === 'object' && verdict !== 'unchanged');
    expect(
      todo.map(({ verdict, kind, name }) => `${verdict} ${kind} ${name}`),
      rest.out,
    ).toEqual(['create Secret db']);
  }, 240_000);
});
