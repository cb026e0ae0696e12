import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';

import { createOutput } from '../../../../lib/cli/output.ts';
import { type MigrateOptions, migrate } from '../../../../lib/cli/verbs/migrate.ts';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { digestOf } from '../../../../lib/cutover/canonical-json.ts';
import { takeLease } from '../../../../lib/cutover/index.ts';
import { actor } from '../../../../lib/cutover/operate.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import type { MigrationPlan } from '../../../../lib/migration/plan/index.ts';
import { make, type Populated, secretValue, serving } from '../../migration/inventory/populated.ts';
import { fleetText, type TwoColours, twoColours } from '../two-colours.ts';

/** The verb on two clusters behind the Kubernetes API over HTTP, whose API server merges and keeps who wrote what. */
let world: TwoColours;
let folder: string;
let blue: Populated;
let green: Populated;

const file = (name: string): string => world.file(name);

/** What the last run said. */
const said = { out: '' };

async function run(options: Partial<MigrateOptions> = {}, config = 'fleet.config.ts') {
  said.out = '';
  const stdout = new Writable({
    write: (chunk, _, done) => {
      said.out += String(chunk);
      done();
    },
  });
  const given = {
    fleet: file(config),
    locator: file('locator.json'),
    state: file('state'),
    to: 'green',
    color: false,
    dryRun: true,
  };
  const output = createOutput({
    json: options.json === true,
    color: false,
    stdout,
    stderr: stdout,
    now: () => new Date(0),
  });
  const exit = await migrate(output, { ...given, ...options }, stdout, { timeoutMs: 2_000 });
  return { exit, out: said.out };
}

/** Carries it out. */
const apply = (options: Partial<MigrateOptions> = {}, config?: string) =>
  run({ dryRun: false, ...options }, config);

const planOf = (name: string): MigrationPlan => JSON.parse(readFileSync(file(name), 'utf8')) as MigrationPlan;

const config = (name: string, data: object): KubeObject => make('ConfigMap', name, { data });

beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'rehearsal');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rehearsal');
  world = await twoColours();
  ({ folder, blue, green } = world);
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
  writeFileSync(file('silent.config.ts'), fleetText());
  writeFileSync(
    file('fleet.config.ts'),
    fleetText(`migration: {
      rewrites: [{ registries: { 'ghcr.io/acme': 'ecr/acme' } }],
      workloads: [{ kind: 'CronJob', namespace: 'shop', name: 'report', runs: 'singleton' }],
    },`),
  );
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await world.close();
});

it('says which words it does not know', async () => {
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

it('touches nothing while something is in the way, somebody else acts, or the target serves', async () => {
  const before = await listed(green);
  const { out, failure } = await failing(apply({}, 'silent.config.ts'));
  expect(failure).toMatchObject({ code: 'migrate.in-the-way', exitCode: 1 });
  expect(out).toContain('CronJob.batch shop/report is refused');
  expect(out).toContain('to do: say so in the fleet');
  const lease = await takeLease(file('state/shop/lease'), actor());
  expect((await failing(apply())).failure).toMatchObject({ code: 'lease.held', exitCode: 6 });
  await lease.release();
  await world.weights(0, 100);
  expect((await failing(apply())).failure).toMatchObject({
    code: 'migrate.target-live',
    exitCode: 1,
    action: expect.stringContaining('zeroshift migrate --to blue'),
  });
  await world.weights(100, 0);
  expect(await listed(green)).toEqual(before);
});

it('carries a plan of a file out, goes on with it, and refuses it once something else has changed', async () => {
  const text = readFileSync(file('first.json'), 'utf8');
  writeFileSync(file('edited.json'), text.replace('"ecr/acme', '"evil/acme'));
  const edited = await failing(apply({ plan: file('edited.json') }));
  expect(edited.failure).toMatchObject({ code: 'migrate.changed-plan' });
  expect((await failing(apply({ plan: file('fleet.config.ts') }))).failure).toMatchObject({
    code: 'migrate.invalid-plan',
  });
  // A part of it was made before, as by a run that was killed.
  await green.cluster.apply(config('app', { a: '1', b: '2' }));
  const { exit, out } = await apply({ plan: file('first.json') });
  expect(out).toContain('from blue to green in eu-west-1: 6 to create, 1 to update, 1 unchanged');
  expect(out).toContain('eu-west-1: 7 applied, 1 unchanged; 0 services ready, 1 not ready as on the source');
  expect(exit).toBe(0);
  expect((await green.cluster.get(secretReference))?.data).toEqual({ password: secretValue });
  green.store.delete('configmaps', 'shop', 'empty');
  green.create(make('ConfigMap', 'empty', { data: { other: '1' } }));
  blue.store.delete('configmaps', 'shop', 'app');
  blue.create(config('app', { a: '1', b: 'changed' }), config('added', {}));
  const stale = await failing(apply({ plan: file('first.json') }));
  expect(stale.failure).toMatchObject({ code: 'migrate.stale-plan', exitCode: 7 });
  expect(stale.failure.problems.map(({ where, found }) => `${where}: ${found}`)).toEqual([
    'ConfigMap shop/added: it was not on the source then',
    'ConfigMap shop/app: the source has changed it',
  ]);
  for (const name of ['added', 'app']) blue.store.delete('configmaps', 'shop', name);
  blue.create(config('app', { a: '1', b: '2' }));
  green.store.delete('configmaps', 'shop', 'empty');
  await green.cluster.apply(config('empty', {}));
});

const secretReference = { apiVersion: 'v1', kind: 'Secret', namespace: 'shop', name: 'db' };

it('finds nothing to do once it was carried out, and says the same in lines of JSON', async () => {
  const { exit: done, out: json } = await apply({ json: true });
  expect(done).toBe(0);
  const lines = json
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ event }) => event)).toEqual([
    'migrate.started',
    ...Array.from({ length: 8 }, () => 'migrate.object'),
    'migrate.not-ready',
    'migrate.finished',
  ]);
  expect(lines.at(-1)).toMatchObject({ applied: 0, unchanged: 8, notReadyOnBoth: 1 });
  expect(json).not.toContain(secretValue);
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

it('moves a namespace, or what has a label, and what that needs, and leaves the rest alone', async () => {
  blue.create(make('Namespace', '/bank'), make('ConfigMap', 'bank/book', { data: { a: '1' } }));
  const { exit, out } = await run({ namespace: ['bank'], json: true });
  expect(exit).toBe(3);
  const objects = out.split('\n').filter((line) => line.includes('"line":"object"'));
  expect(objects).toHaveLength(2);
  expect(out).not.toContain('"line":"unused"');
  await expect(run({ namespace: ['bnak'] })).rejects.toMatchObject({ code: 'inventory.no-namespace' });
  expect((await apply({ namespace: ['bank'] })).exit).toBe(0);
  expect(green.store.get('configmaps', 'bank', 'book')?.data).toEqual({ a: '1' });
});

it('takes of a file the namespaces that are asked for, every one of them', async () => {
  const maps = ['one', 'two', 'three'].map(
    (namespace) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: ${namespace}}\ndata: {a: '1'}\n`,
  );
  writeFileSync(file('maps.yaml'), maps.join('---\n'));
  const { exit, out } = await run({ from: file('maps.yaml'), namespace: ['one', 'two'] });
  expect(exit).toBe(3);
  expect(out).toContain('  ConfigMap one/a');
  expect(out).toContain('  ConfigMap two/a');
  expect(out).not.toContain('ConfigMap three/a');
});

it('lets go of what it applied', async () => {
  const { exit, out } = await apply({ release: true });
  expect(exit).toBe(0);
  expect(out).toMatch(/\d+ objects in eu-west-1 let go of\n/);
  expect(await owners('bank', 'book')).not.toContain('zeroshift Apply');
  expect((await apply({ release: true })).out).toContain('0 objects in eu-west-1 let go of');
});

const owners = async (namespace: string, name: string): Promise<string[]> => {
  const live = await green.cluster.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name });
  return ((live?.metadata.managedFields ?? []) as { manager: string; operation: string }[]).map(
    ({ manager, operation }) => `${manager} ${operation}`,
  );
};

interface Failing {
  readonly out: string;
  readonly failure: ZeroshiftError;
}

/** What was said before it failed, and the failure. */
it('takes no file where only a cluster can answer, and nothing of the target is let go of for one', async () => {
  writeFileSync(file('cart.yaml'), 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a, namespace: b }\n');
  for (const flag of ['follow', 'verify', 'release'] as const) {
    const { failure } = await failing(apply({ from: file('cart.yaml'), [flag]: true }));
    expect(failure).toMatchObject({ code: `usage.${flag}`, exitCode: 2 });
  }
});

it('says before it asks anybody that a plan cannot be written there, and leaves nothing behind', async () => {
  const before = readdirSync(folder);
  for (const out of [folder, join(folder, 'none', 'plan.json')]) {
    const { failure } = await failing(run({ out }));
    expect(failure).toMatchObject({
      code: 'migrate.no-file',
      exitCode: 2,
      problems: [{ where: '--out', value: out }],
    });
  }
  expect(readdirSync(folder)).toEqual(before);
});

async function failing(running: ReturnType<typeof run>): Promise<Failing> {
  const failure: unknown = await running.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof ZeroshiftError)) throw new Error(`no ZeroshiftError but ${String(failure)}`);
  return { out: said.out, failure };
}

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
