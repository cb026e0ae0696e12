import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { type BuiltCommand, buildCommand } from './helpers/build-command.ts';
import { make, type Populated, populate, serving } from './lib/migration/inventory/populated.ts';

/**
 * Values of Secrets are in memory and on the wire only: after real runs neither what was printed nor a file, wherever the
 * processes could write one, holds a value, a form of it, or a hash of it.
 */
const root = resolve(import.meta.dirname, '..');
const value = `zs-${randomBytes(18).toString('hex')}`;
const other = `zs-${randomBytes(18).toString('hex')}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What a value could be recognised or guessed by. */
const forms = [value, other].flatMap((secret) =>
  [secret, base64(secret)].flatMap((text) => [
    text,
    text.replace(/=+$/, ''),
    Buffer.from(text).toString('base64url'),
    Buffer.from(text).toString('hex'),
    encodeURIComponent(text),
    ...['sha256', 'sha1', 'md5'].flatMap((algorithm) =>
      (['hex', 'base64'] as const).map((encoding) => createHash(algorithm).update(text).digest(encoding)),
    ),
  ]),
);

let built: BuiltCommand;
let folder: string;
let blue: Populated;
let green: Populated;
/** All that the children printed. */
const printed: string[] = [];

const filesBelow = (path: string): string[] =>
  readdirSync(path).flatMap((name) => {
    const file = join(path, name);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });

/** Files, and `printed`, that hold a form of a value. */
const found = (): string[] => [
  ...filesBelow(folder).filter((file) => {
    const text = readFileSync(file, 'latin1');
    return forms.some((form) => text.includes(form));
  }),
  ...printed
    .filter((text) => forms.some((form) => text.includes(form)))
    .map((text) => `printed: ${text.slice(0, 200)}`),
];

/** Runs a program that can write below its own folder only, as far as it asks where to write. */
async function run(...argv: string[]): Promise<{ readonly exit: number; readonly text: string }> {
  const env = {
    PATH: process.env.PATH,
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    XDG_CACHE_HOME: join(folder, 'home/cache'),
    JITI_FS_CACHE: 'false',
  };
  return new Promise((done) => {
    execFile(
      process.execPath,
      argv,
      { cwd: join(folder, 'work'), env, timeout: 60_000, maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        const text = `${stdout}\n${stderr}`;
        printed.push(text);
        done({ exit: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, text });
      },
    );
  });
}

const zeroshift = (...argv: string[]) =>
  run(built.file, ...argv, '--fleet', 'fleet.config.ts', '--locator', 'locator.json');
const work = (name: string): string => join(folder, 'work', name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-secrets-'));
  for (const name of ['home', 'tmp', 'work']) mkdirSync(join(folder, name));
  [built, blue, green] = await Promise.all([buildCommand(), populate(), populate()]);
  const containers = [{ name: 'app', image: 'ghcr.io/acme/app:1', envFrom: [{ secretRef: { name: 'db' } }] }];
  const data = { password: base64(value) };
  blue.create(
    make('Namespace', '/shop'),
    make(
      'Secret',
      'db',
      { type: 'Opaque', data },
      {
        annotations: {
          'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ kind: 'Secret', data }),
          'example.com/content-hash': createHash('sha256').update(value).digest('hex'),
        },
      },
    ),
    make('Secret', 'same', { type: 'Opaque', data }),
    make(`${serving} Service`, 'cart', {
      spec: { template: { spec: { containers } }, traffic: [{ latestRevision: true, percent: 100 }] },
      status: { latestReadyRevisionName: 'cart-00001' },
    }),
  );
  green.create(
    make('Namespace', '/shop'),
    make('Secret', 'db', { type: 'Opaque', data: { password: base64(other) } }),
  );
  const addresses = { 80: '127.0.0.1:1', 443: '127.0.0.1:1' };
  const at = (colour: string, { kubeconfig }: Populated) => ({
    cluster: { name: `shop-${colour}`, kubeconfig, context: 'blue' },
    entrance: {
      arn: `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop-${colour}/0`,
      addresses,
    },
  });
  const arn = 'arn:aws:globalaccelerator::111122223333:accelerator/a';
  const colours = { blue: at('blue', blue), green: at('green', green) };
  writeFileSync(
    work('locator.json'),
    JSON.stringify({
      apiVersion: 'zeroshift/v1',
      kind: 'Locator',
      fleet: 'shop',
      accelerator: { arn, listenerArn: `${arn}/listener/b`, addresses },
      regions: [
        { region: 'eu-west-1', endpointGroupArn: `${arn}/listener/b/endpoint-group/eu-west-1`, colours },
      ],
    }),
  );
  writeFileSync(
    work('fleet.config.ts'),
    `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop', domain: 'shop.example.com',
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [],
});`,
  );
}, 120_000);
afterAll(async () => {
  await Promise.all([built?.remove(), blue?.close(), green?.close()]);
  await rm(folder, { recursive: true, force: true });
});

it('would see a value wherever it is', () => {
  for (const form of forms) {
    writeFileSync(work('control'), `before ${form} after`);
    expect(found()).toEqual([work('control')]);
  }
  writeFileSync(work('control'), '');
  printed.push(`x${value}`);
  expect(found()).toHaveLength(1);
  printed.pop();
});

it('is in no output and in no file of an inventory', async () => {
  for (const format of ['table', 'json', 'yaml']) {
    const { exit, text } = await zeroshift('inventory', '--colour', 'blue', '-o', format);
    expect({ format, exit }).toEqual({ format, exit: 0 });
    // It was read: the names of the keys are there.
    expect(text).toMatch(/shop\/db.*password|"name":"db".*password/);
    if (format === 'yaml') writeFileSync(work('blue.yaml'), text);
  }
  expect(found()).toEqual([]);
}, 120_000);

it('is in no output and in no file of a migration plan', async () => {
  for (const more of [[], ['--json'], ['--out', 'green.plan.json']]) {
    const { exit, text } = await zeroshift('migrate', '--to', 'green', '--dry-run', ...more);
    expect([1, 3]).toContain(exit);
    // Both values were read and compared.
    expect(text).toContain('password');
  }
  expect(readFileSync(work('green.plan.json'), 'utf8')).toContain('differingKeys');
  const file = await zeroshift('migrate', '--to', 'green', '--dry-run', '--from', 'blue.yaml');
  expect(file.exit).toBe(3);
  expect(file.text).toContain('shop/cart');
  expect(file.text).toContain('images that are looked up again (1)');
  expect(found()).toEqual([]);
}, 120_000);

it('goes over the wire into the other cluster, and is in no output and in no file of it', async () => {
  const cluster = ({ kubeconfig }: Populated) =>
    `createKubernetesCluster(${JSON.stringify({ name: 'x', kubeconfig, context: 'blue' })})`;
  writeFileSync(
    work('apply.ts'),
    `import { createKubernetesCluster } from '${root}/lib/clusters/index.ts';
import { applyMigration } from '${root}/lib/migration/apply/index.ts';
import { takeMigrationPlan } from '${root}/lib/migration/plan/index.ts';
const [source, target] = [${cluster(blue)}, ${cluster(green)}];
const context = { from: 'blue', to: 'green', region: 'eu-west-1' } as const;
const plan = await takeMigrationPlan({ source, target, context, release: { knative: '1.23.0', features: [] } });
const onProgress = (progress: unknown) => console.log(JSON.stringify(progress));
console.log(JSON.stringify(await applyMigration({ plan, source, target, onProgress })));`,
  );
  const { exit, text } = await run(join(root, 'node_modules/jiti/lib/jiti-cli.mjs'), 'apply.ts');
  expect({ exit, text }).toMatchObject({ exit: 0 });
  const made = await green.cluster.get({ apiVersion: 'v1', kind: 'Secret', name: 'same', namespace: 'shop' });
  expect(made?.data).toEqual({ password: base64(value) });
  expect(found()).toEqual([]);
}, 120_000);

it('is in no manifest of ServiceMigration', async () => {
  writeFileSync(
    work('synth.ts'),
    `import { App, Chart } from '${root}/node_modules/cdk8s/lib/index.js';
import { ServiceMigration } from '${root}/constructs/migration/index.ts';
import { readExportFile } from '${root}/lib/migration/from-file/index.ts';
const app = new App({ outdir: 'manifests' });
const made = new ServiceMigration(new Chart(app, 'green'), 'migration', { inventory: readExportFile('blue.yaml') });
app.synth();
process.stdout.write(made.comment);`,
  );
  const { exit, text } = await run(join(root, 'node_modules/jiti/lib/jiti-cli.mjs'), 'synth.ts');
  expect({ exit, text }).toMatchObject({
    exit: 0,
    text: expect.stringContaining('Secret shop/db; keys password'),
  });
  expect(filesBelow(work('manifests'))).toHaveLength(1);
  expect(found()).toEqual([]);
}, 120_000);

it('is not said of a file that holds it', async () => {
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db' },
    stringData: { password: value },
  };
  const broken = `${stringify(secret)}  more: "${value}" "${value}"\n`;
  for (const text of [stringify(secret), broken]) {
    // Beside the folder that is searched: this one holds it.
    const outside = await mkdtemp(join(tmpdir(), 'zeroshift-secrets-'));
    try {
      writeFileSync(join(outside, 'export.yaml'), text);
      writeFileSync(
        work('read.ts'),
        `import { readExportFile } from '${root}/lib/migration/from-file/index.ts';
import { errorText } from '${root}/lib/messages/index.ts';
try { readExportFile('${join(outside, 'export.yaml')}'); } catch (error) { console.log(errorText(error), error.stack, JSON.stringify(error)); }`,
      );
      const { text: said } = await run(join(root, 'node_modules/jiti/lib/jiti-cli.mjs'), 'read.ts');
      expect(said).toMatch(/export\.(secret-values|not-yaml)/);
      const { exit } = await zeroshift(
        'migrate',
        '--to',
        'green',
        '--dry-run',
        '--from',
        join(outside, 'export.yaml'),
      );
      expect(exit).not.toBe(0);
    } finally {
      await rm(outside, { recursive: true, force: true });
    }
  }
  expect(found()).toEqual([]);
}, 120_000);
