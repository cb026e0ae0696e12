import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MigrateOptions, migrate } from '../../../../lib/cli/verbs/migrate.ts';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { digestOf } from '../../../../lib/cutover/canonical-json.ts';
import type { Locator } from '../../../../lib/fleet/index.ts';
import type { MigrationPlan } from '../../../../lib/migration/plan/index.ts';
import { make, type Populated, populate, secretValue, serving } from '../../migration/inventory/populated.ts';

/** The verb on two clusters behind the Kubernetes API over HTTP, whose API server merges and keeps who wrote what. */
let folder: string;
let blue: Populated;
let green: Populated;

const file = (name: string): string => join(folder, name);
const arn = (colour: string) =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop-${colour}/0`;

function locator(): Locator {
  const addresses = { 80: '127.0.0.1:1', 443: '127.0.0.1:1' };
  const at = (colour: string, { kubeconfig }: Populated) => ({
    cluster: { name: `shop-${colour}`, kubeconfig, context: 'blue' },
    entrance: { arn: arn(colour), addresses },
  });
  const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/a';
  return {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: 'shop',
    accelerator: { arn: accelerator, listenerArn: `${accelerator}/listener/b`, addresses },
    regions: [
      {
        region: 'eu-west-1',
        endpointGroupArn: `${accelerator}/listener/b/endpoint-group/eu-west-1`,
        colours: { blue: at('blue', blue), green: at('green', green) },
      },
    ],
  };
}

const fleet = (migration: string): string => `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop', domain: 'shop.example.com',
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [],
  ${migration}
});`;

async function run(options: Partial<MigrateOptions> = {}, config = 'fleet.config.ts') {
  let out = '';
  const stdout = new Writable({
    write: (chunk, _, done) => {
      out += String(chunk);
      done();
    },
  });
  const given = {
    fleet: file(config),
    locator: file('locator.json'),
    to: 'green',
    color: false,
    dryRun: true,
  };
  const exit = await migrate({ ...given, ...options }, stdout);
  return { exit, out };
}

const planOf = (name: string): MigrationPlan => JSON.parse(readFileSync(file(name), 'utf8')) as MigrationPlan;

/** As an apply would carry the plan out: values of Secrets come from the source. */
async function carryOut({ regions }: MigrationPlan): Promise<void> {
  for (const { object } of regions.flatMap(({ objects }) => objects).flatMap(({ writes = [] }) => writes)) {
    const values = object.kind === 'Secret' ? { data: { password: secretValue } } : {};
    await green.cluster.apply({ ...object, ...values });
  }
}

const config = (name: string, data: object): KubeObject => make('ConfigMap', name, { data });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zeroshift-'));
  [blue, green] = await Promise.all([populate(), populate()]);
  const labels = { app: 'web' };
  const containers = [{ name: 'app', image: 'ghcr.io/acme/app:1', envFrom: [{ secretRef: { name: 'db' } }] }];
  const template = { metadata: { labels }, spec: { containers } };
  blue.create(
    make('Namespace', '/shop', {}, { labels: { team: 'shop' } }),
    config('app', { a: '1', b: '2' }),
    make('Secret', 'db', { type: 'Opaque', data: { password: secretValue } }),
    make('Service', 'web', { spec: { selector: labels, ports: [{ port: 80 }] } }),
    make('apps/v1 Deployment', 'web', { spec: { replicas: 2, selector: { matchLabels: labels }, template } }),
    make('batch/v1 CronJob', 'report', {
      spec: {
        schedule: '0 * * * *',
        jobTemplate: { spec: { template: { spec: { containers, restartPolicy: 'Never' } } } },
      },
    }),
    make(`${serving} Service`, 'cart', {
      spec: { template: { spec: { containers } }, traffic: [{ latestRevision: true, percent: 100 }] },
      status: { latestReadyRevisionName: 'cart-00001' },
    }),
    config('empty', {}),
  );
  green.create(make('Namespace', '/shop'));
  writeFileSync(file('locator.json'), JSON.stringify(locator()));
  writeFileSync(file('silent.config.ts'), fleet(''));
  writeFileSync(
    file('fleet.config.ts'),
    fleet(`migration: {
      rewrites: [{ registries: { 'ghcr.io/acme': 'ecr/acme' } }],
      workloads: [{ kind: 'CronJob', namespace: 'shop', name: 'report', runs: 'singleton' }],
    },`),
  );
});
afterAll(async () => {
  await Promise.all([blue.close(), green.close()]);
  rmSync(folder, { recursive: true, force: true });
});

it('refuses to apply, and says what does', async () => {
  await expect(run({ dryRun: false })).rejects.toMatchObject({
    code: 'migrate.not-yet',
    exitCode: 2,
    action: expect.stringContaining('zeroshift cutover'),
  });
  await expect(run({ to: 'gren' })).rejects.toMatchObject({ code: 'usage.colour' });
  await expect(run({ from: 'green' })).rejects.toMatchObject({ code: 'usage.colour' });
  await expect(run({ region: 'mars' })).rejects.toMatchObject({ code: 'usage.region' });
});

it('ends with 1 while it is undecided how often something may run', async () => {
  const { exit, out } = await run({}, 'silent.config.ts');
  expect(exit).toBe(1);
  expect(out).toContain(
    'refused: nothing can be made before these are mended (1)\n  CronJob.batch shop/report\n',
  );
});

it('says what it would create and why it differs, writes the plan, and changes nothing on either cluster', async () => {
  const before = [await listed(blue), await listed(green)];
  const { exit, out } = await run({ out: file('first.json') });
  expect(exit).toBe(3);
  expect(out).toContain('from blue to green in eu-west-1\n');
  expect(out).toContain('  Secret shop/db  (keys password)\n');
  expect(out).toContain(
    '  CronJob.batch shop/report  (singleton; waits: .spec.suspend is false where it runs)\n',
  );
  expect(out).toContain('because of rewrite registries: .spec.template.spec.containers[name=app].image');
  expect(out).toMatch(/\n7 to create, 1 to update, 0 unchanged, 0 conflicts, 0 refused\n/);
  // The namespace was there, without the label.
  expect(out).toContain('+    team: shop');
  const { digest, ...rest } = planOf('first.json');
  expect(digest).toBe(digestOf(rest));
  expect([await listed(blue), await listed(green)]).toEqual(before);
});

it('gives the same bytes again, as lines of JSON too, and nowhere a value of a Secret', async () => {
  await run({ out: file('again.json') });
  expect(readFileSync(file('again.json'))).toEqual(readFileSync(file('first.json')));
  const { exit, out } = await run({ json: true });
  expect(exit).toBe(3);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.at(-1)).toMatchObject({
    line: 'plan',
    digest: planOf('first.json').digest,
    sums: { create: 7, update: 1 },
  });
  const texts = [
    out,
    (await run()).out,
    ...readdirSync(folder).map((name) => readFileSync(file(name), 'utf8')),
  ];
  for (const text of texts)
    for (const value of [secretValue, Buffer.from(secretValue, 'base64').toString()])
      expect(text).not.toContain(value);
});

it('finds nothing to do once the plan was carried out', async () => {
  await carryOut(planOf('first.json'));
  const { exit, out } = await run();
  expect(out).toMatch(/\n0 to create, 0 to update, 8 unchanged, 0 conflicts, 0 refused\n/);
  expect(exit).toBe(0);
});

it('updates what changed on the source, what it says no more, and what differs in values alone', async () => {
  const put = (kind: string, object: KubeObject): void => {
    blue.store.delete(kind, 'shop', object.metadata.name);
    blue.create(object);
  };
  put('configmaps', config('app', { a: '3' }));
  put('secrets', make('Secret', 'db', { type: 'Opaque', data: { password: 'bmV3' } }));
  const { exit, out } = await run();
  expect(exit).toBe(3);
  expect(out).toContain('-  a: "1"\n    -  b: "2"\n    +  a: "3"\n');
  expect(out).toContain('Secret shop/db  (keys password; other values of password)');
  const json = (await run({ json: true, out: file('update.json') })).out;
  for (const text of [out, json, readFileSync(file('update.json'), 'utf8')])
    for (const value of ['bmV3', secretValue]) expect(text).not.toContain(value);
});

it('ends with 1 where somebody else wrote what differs, and names the field and whose it is', async () => {
  const live = green.store.get('configmaps', 'shop', 'app') as KubeObject;
  const managedFields = (live.metadata.managedFields as object[]).map((one) => ({
    ...one,
    manager: 'kubectl-edit',
  }));
  green.store.update('configmaps', { ...live, metadata: { ...live.metadata, managedFields } });
  const { exit, out } = await run();
  expect(exit).toBe(1);
  expect(out).toContain("  ConfigMap shop/app\n    .data.a is kubectl-edit's\n");
});

/** Everything of a few kinds, as the API gives it. */
async function listed({ cluster }: Populated): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for (const [apiVersion, kind] of [
    ['v1', 'Namespace'],
    ['v1', 'ConfigMap'],
    ['v1', 'Secret'],
    ['apps/v1', 'Deployment'],
    [serving, 'Service'],
  ])
    for await (const object of cluster.list({ apiVersion: apiVersion ?? '', kind: kind ?? '' }))
      found.push(object);
  return found;
}
