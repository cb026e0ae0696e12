import { afterAll, beforeAll, expect, it } from 'vitest';
import { release } from '../../../constructs/knative/index.ts';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import type { Colour } from '../../../lib/fleet/index.ts';
import { applyMigration } from '../../../lib/migration/apply/index.ts';
import { takeMigrationPlan } from '../../../lib/migration/plan/index.ts';
import { seededRandom } from '../../../lib/rehearsal/random.ts';
import { connectApi, sharedKubeconfig } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/* Services of blue are deployed all the time while they are migrated: no moment of it may mix two versions. */

const serving = 'serving.knative.dev/v1';
const seed = Number(process.env.SEED ?? 20_261_124);
const names = ['a', 'b', 'c'];
const migrations = 5;

onClusters('a source that changes meanwhile', () => {
  const namespace = ownNamespace('changing');
  let ports: Readonly<Record<Colour, DefinitionPort>>;

  beforeAll(async () => {
    const port = (name: Colour): DefinitionPort =>
      createKubernetesCluster({ name, kubeconfig: sharedKubeconfig(), context: name });
    ports = { blue: port('blue'), green: port('green') };
    await ports.blue.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  });
  afterAll(async () => {
    for (const colour of ['blue', 'green'] as const)
      await dismiss(connectApi(clusters()[colour].access), namespace).catch(() => undefined);
  });

  /** Label and container say the same version, in the template and so in every revision. */
  const template = (version: number): object => ({
    metadata: {
      labels: { version: String(version) },
      annotations: { 'autoscaling.knative.dev/initial-scale': '0' },
    },
    spec: {
      containers: [{ image: '10.98.0.1:5000/app:lane', env: [{ name: 'VALUE', value: String(version) }] }],
    },
  });
  const migrate = async (): Promise<readonly string[]> => {
    const { blue: source, green: target } = ports;
    const plan = await takeMigrationPlan({
      source,
      target,
      context: { from: 'blue', to: 'green', region: 'lane' },
      release: { knative: '1.23.0', features: release('1.23.0', 'test').features },
      scope: { namespaces: [namespace] },
    });
    const { objects } = await applyMigration({ plan, source, target });
    return objects
      .filter(({ outcome }) => outcome !== 'applied' && outcome !== 'unchanged')
      .map(({ kind, name, outcome, reason }) => `${kind} ${name}: ${outcome}, ${JSON.stringify(reason)}`);
  };
  const all = async (colour: Colour, kind: string): Promise<KubeObject[]> => {
    const found: KubeObject[] = [];
    for await (const object of ports[colour].list({ apiVersion: serving, kind }, { namespace }))
      found.push(object);
    return found;
  };
  /** Name → version, of what a Configuration asks for and of the newest revision that it has. */
  const versions = async (colour: Colour): Promise<Record<string, string>> => {
    const revisions = new Map((await all(colour, 'Revision')).map((one) => [one.metadata.name, one]));
    return Object.fromEntries(
      (await all(colour, 'Configuration')).map(({ metadata, spec, status }) => {
        const latest = revisions.get(status?.latestCreatedRevisionName);
        return [
          metadata.name,
          `asks for ${spec.template.metadata.labels.version}, has ${latest?.spec.containers[0].env[0].value}`,
        ];
      }),
    );
  };
  const settled = async (colour: Colour): Promise<void> => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const open = [...(await all(colour, 'Service')), ...(await all(colour, 'Configuration'))].filter(
        ({ metadata, status }) => status?.observedGeneration !== metadata.generation,
      );
      if (open.length === 0) return;
      if (Date.now() > deadline)
        throw new Error(`${colour} is still at ${open.map((one) => one.metadata.name)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  it(`is brought whole, however often it is deployed (seed ${seed})`, async () => {
    const random = seededRandom(seed);
    const pick = <Value>(values: readonly Value[]): Value =>
      values[Math.floor(random() * values.length)] as Value;
    let version = 1;
    for (const name of names)
      await ports.blue.create({
        apiVersion: serving,
        kind: 'Service',
        metadata: { name, namespace },
        spec: { template: template(version) },
      });
    let isOver = false;
    const deploying = (async () => {
      while (!isOver) {
        const reference = { apiVersion: serving, kind: 'Service', namespace, name: pick(names) };
        await ports.blue.patch(reference, { spec: { template: template(++version) } });
        // As often as a busy cluster is deployed to, and no load test of its controllers.
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    })();
    const troubles: string[] = [];
    try {
      for (let i = 0; i < migrations; i++) troubles.push(...(await migrate()));
    } finally {
      isOver = true;
      await deploying;
    }
    // A controller that is at a change for longer than it is waited for is said, and nothing else.
    expect(troubles.filter((one) => !one.includes('unsettled'))).toEqual([]);
    await Promise.all([settled('blue'), settled('green')]);
    // What green has by now is of one moment each.
    for (const [name, says] of Object.entries(await versions('green')))
      expect(says, name).toMatch(/^asks for (\d+), has \1$/);
    expect(await migrate()).toEqual([]);
    await settled('green');
    expect(await versions('green')).toEqual(await versions('blue'));
    expect(version).toBeGreaterThan(migrations * names.length);
  }, 240_000);
});
