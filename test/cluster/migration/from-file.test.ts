import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  createKubernetesCluster,
  type DefinitionPort,
  type KubeObject,
} from '../../../lib/clusters/index.ts';
import { type Colour, colours } from '../../../lib/fleet/index.ts';
import { applyMigration } from '../../../lib/migration/apply/index.ts';
import { exportedSource, readExport } from '../../../lib/migration/from-file/index.ts';
import { takeMigrationPlan } from '../../../lib/migration/plan/index.ts';
import { knExport } from '../../helpers/kn-export.ts';
import { type Api, callGateway, connectApi, gatewaysOf, holds, until } from '../index.ts';
import { clusters, dismiss, onClusters, ownNamespace } from '../on-clusters.ts';

/*
 * A service with history goes through a file of kn's from one real cluster to the other: by both forms, and it is the same
 * there, its next deployment included.
 */
const namespace = ownNamespace('from-file');
const image = '10.98.0.1:5000/app:lane';
const serving = 'serving.knative.dev/v1';

type Traffic = readonly object[];

const service = (name: string, target: string, traffic: Traffic, revision?: string): KubeObject => ({
  apiVersion: serving,
  kind: 'Service',
  metadata: { name, namespace },
  spec: {
    template: {
      metadata: {
        ...(revision === undefined ? {} : { name: revision }),
        annotations: { 'autoscaling.knative.dev/window': '6s' },
      },
      spec: {
        containers: [
          {
            image,
            env: [{ name: 'TARGET', value: target }],
            resources: { requests: { cpu: '10m', memory: '16Mi' } },
          },
        ],
      },
    },
    traffic,
  },
});

const latest = { latestRevision: true, percent: 100 };

onClusters('a service out of a file of kn', () => {
  let apis: Readonly<Record<Colour, Api>>;
  let green: DefinitionPort;
  let gateway: string;
  const find = (api: Api, kind: string, name: string) =>
    api.get({ apiVersion: serving, kind, name, namespace });
  const revisionsOf = (api: Api, name: string) =>
    api.list({ apiVersion: serving, kind: 'Revision' }, namespace, `serving.knative.dev/service=${name}`);

  beforeAll(async () => {
    const found = clusters();
    apis = { blue: connectApi(found.blue.access), green: connectApi(found.green.access) };
    const { place } = found.green;
    green = createKubernetesCluster({ name: place.name, kubeconfig: place.kubeconfig, context: place.name });
    [gateway = ''] = await gatewaysOf(apis.green);
    for (const colour of colours)
      await apis[colour].apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  }, 60_000);
  afterAll(async () => {
    for (const colour of colours) {
      await dismiss(apis[colour], namespace);
      apis[colour].close();
    }
  });

  /** Deploys on blue and waits until it follows. */
  async function deploy(object: KubeObject): Promise<void> {
    const { generation } = (await apis.blue.apply(object)).metadata;
    await until(`${object.metadata.name} is ready on blue`, 90, async () => {
      const live = await find(apis.blue, 'Service', object.metadata.name);
      return live?.status?.observedGeneration === generation && holds(live, 'Ready');
    });
  }

  const ask = async (host: string): Promise<string> =>
    (await callGateway({ gateway, host: `${host}.${namespace}.lane.example.com`, path: '/' })).body;

  it.each([
    ['export', undefined],
    ['replay', 'named'],
  ] as const)(
    'arrives by %s with its generations, names and traffic, and goes on from there',
    async (mode, named) => {
      const name = `by-${mode}`;
      const first = named === undefined ? `${name}-00001` : `${name}-${named}`;
      await deploy(service(name, 'one', [latest], named && first));
      await deploy(service(name, 'two', [latest]));
      await deploy(
        service(name, 'three', [
          { latestRevision: true, percent: 80 },
          { revisionName: first, percent: 20, tag: 'old' },
        ]),
      );
      const [live, all] = [await find(apis.blue, 'Service', name), await revisionsOf(apis.blue, name)];
      if (live === undefined) throw new Error('it has gone');
      const file = readExport(stringify(knExport(live, all, mode)), `${name}.yaml`, { namespace });
      expect(file.repairs.map(({ code }) => code)).toContain('latest-by-name');
      const source = exportedSource(file);
      const plan = await takeMigrationPlan({
        source,
        target: green,
        context: { from: 'blue', to: 'green', region: 'eu-west-1' },
        release: { knative: clusters().green.knative ?? '1.23.0', features: [] },
      });
      const result = await applyMigration({ plan, source, target: green });
      expect(
        result.objects.filter(({ outcome }) => outcome !== 'applied' && outcome !== 'unchanged'),
      ).toEqual([]);
      await until(`${name} is ready on green`, 90, async () =>
        holds(await find(apis.green, 'Service', name), 'Ready'),
      );

      const places = async (api: Api) =>
        (await revisionsOf(api, name))
          .map(
            ({ metadata }) =>
              `${metadata.name} ${metadata.labels?.['serving.knative.dev/configurationGeneration']}`,
          )
          .sort();
      // kn leaves out what no traffic leads to.
      const [second] = (await places(apis.blue)).filter((one) => one.endsWith(' 2'));
      expect(await places(apis.green)).toEqual((await places(apis.blue)).filter((one) => one !== second));
      const generation = async (api: Api) => (await find(api, 'Configuration', name))?.metadata.generation;
      expect(await generation(apis.green)).toBe(await generation(apis.blue));
      expect(await ask(`old-${name}`)).toContain('one');

      // The first update is a new revision with what is new.
      await apis.green.apply(service(name, 'four', [latest]));
      await until('the update is answered', 90, async () => (await ask(name)).includes('four'));
      expect((await find(apis.green, 'Service', name))?.status.latestReadyRevisionName).toBe(`${name}-00004`);
      // And back by name.
      await apis.green.apply(service(name, 'four', [{ revisionName: first, percent: 100 }]));
      await until('the first revision is answered', 90, async () => (await ask(name)).includes('one'));
    },
    300_000,
  );
});
