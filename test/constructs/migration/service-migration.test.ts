import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Chart, Yaml } from 'cdk8s';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import {
  ServiceMigration,
  type ServiceMigrationProps,
  syncWave,
} from '../../../constructs/migration/index.ts';
import { yamlLines } from '../../../lib/cli/inventory-lines.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { type InventorySource, readExport, takeInventory } from '../../../lib/migration/index.ts';
import { portable } from '../../../lib/migration/portable.ts';
import { findKubectl } from '../../helpers/find-kubectl.ts';
import { refusal } from '../../helpers/refusal.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';
import {
  make,
  type Populated,
  populate,
  secretValue,
  serving,
  shopObjects,
} from '../../lib/migration/inventory/populated.ts';

const folderFor = temporaryDirectories();
const clusters: Populated[] = [];
afterEach(async () => {
  for (const cluster of clusters.splice(0)) await cluster.close();
});

/** As a real API server has them: containers with names, services with traffic, no empty labels. */
const shop = (): KubeObject[] =>
  shopObjects().map((object) => {
    const isService = object.apiVersion === serving && object.kind === 'Service';
    const traffic = [{ latestRevision: true, percent: 100 }];
    const filled = isService ? { ...object, spec: { traffic, ...object.spec } } : object;
    return JSON.parse(
      JSON.stringify(filled, (key, value) => {
        if (key === 'containers') return value.map((one: object) => ({ name: 'app', ...one }));
        return key === 'metadata' && JSON.stringify(value) === '{"labels":{}}' ? undefined : value;
      }),
    );
  });

/** The YAML that `inventory -o yaml` writes of these. */
async function inventoryOf(objects: readonly KubeObject[]): Promise<string> {
  const cluster = await populate();
  clusters.push(cluster);
  cluster.create(...objects);
  const format = yamlLines({ colour: 'blue', region: 'eu-west-1', cluster: 'shop-blue' });
  const lines: string[] = [];
  for await (const entry of takeInventory(cluster.cluster)) lines.push(...format.entry(entry));
  return `${[...lines, ...format.end()].join('\n')}\n`;
}

function synth(text: string, props: Partial<ServiceMigrationProps> = {}) {
  const chart = new Chart(new App(), 'chart', { disableResourceNameHashes: true });
  const migration = new ServiceMigration(chart, 'migration', {
    inventory: readExport(text, 'blue.yaml'),
    ...props,
  });
  return { migration, objects: migration.apiObjects.map((one) => one.toJson() as KubeObject) };
}

const words = {
  workloads: ['Deployment', 'CronJob'].map((kind) => ({
    kind,
    namespace: 'shop',
    selector: {},
    runs: 'singleton' as const,
  })),
  history: { 'shop/cart': 'migrated' as const },
};

let text: string;
beforeAll(async () => {
  text = await inventoryOf(shop());
  for (const cluster of clusters.splice(0)) await cluster.close();
});

describe('of an inventory', () => {
  it('makes what moves, in order of dependency, without what belongs to a cluster', () => {
    const { objects, migration } = synth(text, words);
    const order = objects.map(
      ({ kind, metadata }) => `${metadata.annotations?.[syncWave]} ${kind} ${metadata.name}`,
    );
    expect(order).toMatchSnapshot();
    const waves = order.map((line) => Number(line[0]));
    expect(waves).toEqual([...waves].sort((a, b) => a - b));
    expect(migration.leftOut).toEqual([]);
    expect(Yaml.stringify(...objects)).not.toMatch(
      /^\s*(uid|resourceVersion|status|managedFields|ownerReferences|clusterIP|creationTimestamp|nodePort):/m,
    );
  });

  it('never holds a Secret, and lists those that must be there by name', () => {
    const { objects, migration } = synth(text, words);
    expect(objects.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(migration.requiredSecrets).toEqual([
      {
        namespace: 'shop',
        name: 'registry',
        keys: ['.dockerconfigjson'],
        neededBy: ['ServiceAccount shop/cart'],
      },
      {
        namespace: 'shop',
        name: 'www-tls',
        keys: ['tls.key'],
        neededBy: ['DomainMapping.serving.knative.dev shop/www.example.com'],
      },
    ]);
    expect(migration.comment).toBe(
      '# must be there before, and is in no manifest:\n#   Secret shop/registry; keys .dockerconfigjson; needed by ServiceAccount shop/cart\n' +
        '#   Secret shop/www-tls; keys tls.key; needed by DomainMapping.serving.knative.dev shop/www.example.com\n',
    );
    expect(`${text}${Yaml.stringify(...objects)}${migration.comment}`).not.toContain(secretValue);
  });

  it('is the same whatever the order of the file', () => {
    const turned = text.split(/^---$/m).reverse().join('---\n');
    expect(synth(turned, words).objects).toEqual(synth(text, words).objects);
  });
});

describe('what manifests cannot tell is refused', () => {
  it('traffic that names earlier revisions, until somebody says what is to be done', () => {
    const { history: _, ...others } = words;
    const error = refusal(() => synth(text, others));
    expect(error.code).toBe('service-migration.history');
    expect(error.problems).toEqual([
      {
        where: 'Service shop/cart spec.traffic',
        found: 'it names cart-00002, cart-00004, which its template does not make',
        allowed:
          "revisions that templates name, or a word in history: { 'shop/cart': 'migrated' } or { 'shop/cart': 'latest' }",
      },
    ]);
    expect(error.action).toContain('zeroshift migrate --to');
    const at = (word: 'migrated' | 'latest') =>
      synth(text, { ...words, history: { 'shop/cart': word } }).objects.find(
        ({ apiVersion, kind, metadata }) =>
          apiVersion === serving && kind === 'Service' && metadata.name === 'cart',
      )?.spec.traffic;
    expect(at('latest')).toEqual([{ latestRevision: true, percent: 100 }]);
    expect(at('migrated')).toHaveLength(3);
    expect(
      refusal(() => synth(text, { ...words, history: { ...words.history, 'shop/kart': 'latest' } }))
        .problems[0]?.where,
    ).toBe("history['shop/kart']");
  });

  it('but not a revision that its own template names', async () => {
    const spec = {
      template: { metadata: { name: 'web-two' }, spec: { containers: [{ image: 'web:2' }] } },
      traffic: [{ revisionName: 'web-two', percent: 100 }],
    };
    const named = await inventoryOf([
      make('Namespace', '/shop'),
      make(`${serving} Service`, 'web', { spec }),
    ]);
    expect(synth(named).objects.map(({ kind }) => kind)).toEqual(['Namespace', 'Service']);
  });

  it('how often workloads run, and what rewrites need', () => {
    const error = refusal(() => synth(text, { history: words.history }));
    expect(error.code).toBe('service-migration.invalid');
    expect(error.problems.map(({ where }) => where)).toEqual([
      'CronJob.batch shop/nightly',
      'Deployment.apps shop/consumer',
    ]);
    const rewrites = [{ registries: { 'ghcr.io/acme': 'ecr' } }];
    const export_ = {
      apiVersion: serving,
      kind: 'Service',
      metadata: { name: 'a' },
      spec: { template: { spec: { containers: [{ image: 'ghcr.io/acme/a:1' }] } } },
    };
    expect(refusal(() => synth(stringify(export_), { rewrites })).problems[0]?.where).toBe('context');
    const context = { from: 'blue', to: 'green', region: 'eu-west-1' } as const;
    expect(
      synth(stringify(export_), { rewrites, context }).objects.at(-1)?.spec.template.spec.containers[0].image,
    ).toBe('ecr/a:1');
  });
});

it('rewrites with the colour and region that the inventory says', () => {
  const seen = new Set<string>();
  const rewrites = [
    { hosts: { 'example.com': 'example.org' } },
    {
      objects: (object: KubeObject, { from, to, region }: { from: string; to: string; region: string }) => {
        seen.add(`${from} ${to} ${region}`);
        return object;
      },
    },
  ];
  const { objects } = synth(text, { ...words, rewrites });
  expect([...seen]).toEqual(['blue green eu-west-1']);
  expect(objects.filter(({ kind }) => /Domain/.test(kind)).map(({ metadata }) => metadata.name)).toEqual([
    'www.example.org',
    'www.example.org',
  ]);
});

const kubectl = findKubectl();
const run = promisify(execFile);

describe.skipIf(kubectl === undefined)('with kubectl', () => {
  const apply = async (file: string, kubeconfig: string) =>
    run(
      kubectl ?? '',
      ['--kubeconfig', kubeconfig, 'apply', '--server-side', '--validate=false', '-f', file],
      { timeout: 60_000 },
    );

  /** Everything that moves, as a cluster has it. */
  async function held({ cluster }: Populated): Promise<KubeObject[]> {
    const objects: KubeObject[] = [];
    // Without controllers there is nothing to wait for.
    const source: InventorySource = {
      isStill: true,
      get: (reference) => cluster.get(reference),
      list: (kind, options) => cluster.list(kind, options),
      discover: () => cluster.discover(),
    };
    for await (const entry of takeInventory(source))
      if (entry.entry === 'object' && entry.fate === 'moves' && !['Secret', 'Revision'].includes(entry.kind))
        objects.push(entry.object);
    return objects;
  }
  /** By their names, without what Argo CD alone reads. */
  const plain = (objects: readonly KubeObject[]) =>
    Object.fromEntries(
      objects.map((object) => {
        const { annotations = {}, ...metadata } = portable(object).metadata;
        const { [syncWave]: _, ...others } = annotations;
        const name = `${object.kind} ${metadata.namespace ?? ''}/${metadata.name} ${object.apiVersion}`;
        return [name, { ...portable(object), metadata: { ...metadata, annotations: others } }];
      }),
    );

  it.each(['the inventory itself', 'the manifests of ServiceMigration'])(
    '%s gives the other cluster the same',
    async (which) => {
      const [blue, green, folder] = await Promise.all([populate(), populate(), folderFor()]);
      clusters.push(blue, green);
      const objects = shop();
      blue.create(...objects);
      // What belongs to the cluster, which no inventory carries.
      green.create(
        ...objects.filter(({ kind }) =>
          ['StorageClass', 'ClusterIssuer', 'ClusterSecretStore'].includes(kind),
        ),
      );
      const file = join(folder, 'manifests.yaml');
      const inventory = await inventoryOf(objects);
      const runs = {
        ...words,
        workloads: words.workloads.map((word) => ({ ...word, runs: 'serving' as const })),
      };
      await writeFile(
        file,
        which === 'the inventory itself' ? inventory : Yaml.stringify(...synth(inventory, runs).objects),
      );
      const { stdout } = await apply(file, green.kubeconfig);
      expect(stdout).toContain('serverside-applied');
      expect(plain(await held(green))).toEqual(plain(await held(blue)));
      // Again it changes nothing.
      const before = plain(await held(green));
      await apply(file, green.kubeconfig);
      expect(plain(await held(green))).toEqual(before);
      expect(readFileSync(file, 'utf8')).not.toContain(secretValue);
    },
  );
});
