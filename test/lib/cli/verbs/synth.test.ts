import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createOutput } from '../../../../lib/cli/output.ts';
import { type SynthVerbOptions, synthVerb } from '../../../../lib/cli/verbs/synth.ts';
import { temporaryDirectories } from '../../../helpers/temporary-directory.ts';

const folderFor = temporaryDirectories();

const fleetText = (services: readonly string[], more = '') => `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop',
  domain: 'shop.example.com',
  regions: ['eu-west-1', 'us-east-1'].map((name) => ({
    name, account: '111122223333', availabilityZones: [name + 'a', name + 'b'],
  })),
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1' },
    green: { kubernetes: '1.35', knative: '1.23.0' },
  },
  services: [${services.map((name) => `{ name: '${name}', namespace: 'shop', image: 'ghcr.io/team/${name}:1' }`).join()}],
  ${more}
});
`;
const gitops = "gitops: { repository: 'https://git.example.com/shop/platform.git', path: 'deploy' },";

/** A folder with a fleet, in which `synth` is run; it answers the exit code and the events. */
async function workplace() {
  const folder = await folderFor();
  const out = join(folder, 'deploy');
  const fleet = join(folder, 'fleet.config.ts');
  const synth = async (options: Partial<SynthVerbOptions> = {}) => {
    const stdout = new PassThrough();
    let text = '';
    stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    const output = createOutput({
      json: true,
      color: false,
      stdout,
      stderr: new PassThrough(),
      now: () => new Date(0),
    });
    const exit = await synthVerb(output, { fleet, out, color: false, ...options });
    output.close();
    const events = text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, string>);
    const said = (code: string) =>
      events
        .filter(({ event }) => event === code)
        .map(({ file, change }) => [file?.slice(out.length + 1), change].filter(Boolean).join(' '));
    return { exit, events, said };
  };
  return {
    out,
    synth,
    folder,
    says: (services: readonly string[], more = '') => writeFile(fleet, fleetText(services, more)),
    read: (name: string) => readFile(join(out, name), 'utf8'),
  };
}

const file = (colour: string, kustomization: string) =>
  (parse(kustomization) as { resources: string[] }).resources
    .filter((name) => name.includes('.cart.'))
    .map((name) => `${colour}/services/${name}`);

describe('zeroshift synth', () => {
  it('writes both colours and what Argo CD needs, and then has nothing to change', async () => {
    const { synth, says, read } = await workplace();
    await says(['cart', 'front'], gitops);
    const { exit, events } = await synth();
    expect(exit).toBe(0);
    expect(events.map(({ event }) => event)).toEqual(['synth.written', 'synth.written', 'synth.argo-cd']);
    const { spec } = parse(await read('applicationset.yaml'));
    expect(spec.generators[0].list.elements).toHaveLength(4);
    // Each application finds the kustomization of its colour where synth wrote it.
    expect(spec.template.spec.source.path).toBe('deploy/{{.colour}}');
    for (const colour of ['blue', 'green'])
      expect(parse(await read(`${colour}/Kustomization`)).resources).toContain('services');
    const names = (await read('synthesized.txt')).split('\n').slice(1, -1);
    for (const name of names) expect((await read(name)).length).toBeGreaterThan(0);
    expect(names).toContain('green/ingress/05-gateway.yaml');
    const check = await synth({ check: true });
    expect([check.exit, ...check.events.map(({ event }) => event)]).toEqual([0, 'synth.unchanged']);
  });

  it('names the files in the folder of services that it leaves out', async () => {
    const { synth, says, folder } = await workplace();
    await says([], "services: './services',");
    await mkdir(join(folder, 'services'));
    await writeFile(join(folder, 'services/cart.ts'), "export default { name: 'cart', image: 'app:1' };");
    await writeFile(join(folder, 'services/front.txt'), '');
    const { exit, events } = await synth();
    expect([exit, events[0]]).toMatchObject([
      0,
      { event: 'services.ignored', level: 'warn', file: join(folder, 'services/front.txt') },
    ]);
  });

  it('says with --check what is not as the fleet says, Argo CD included, and writes nothing', async () => {
    const { out, synth, says, read } = await workplace();
    await says(['cart'], gitops);
    await synth();
    await says(['cart'], gitops.replace('platform.git', 'other.git'));
    await writeFile(join(out, 'blue/serving/00-crds.yaml'), 'changed by hand\n');
    const { exit, said } = await synth({ check: true });
    expect([exit, ...said('synth.changed')]).toEqual([
      3,
      'applicationset.yaml different',
      'blue/serving/00-crds.yaml different',
    ]);
    expect(await read('blue/serving/00-crds.yaml')).toBe('changed by hand\n');
    expect(await read('applicationset.yaml')).toContain('platform.git');
  });

  it('lists what left the fleet until it is pruned, and no kustomization names it meanwhile', async () => {
    const { synth, says, read } = await workplace();
    await says(['cart', 'front'], gitops);
    await synth();
    const left = [
      'applicationset.yaml',
      ...file('blue', await read('blue/services/Kustomization')),
      ...file('green', await read('green/services/Kustomization')),
    ];
    expect(left).toHaveLength(3);
    await says(['front']);
    for (const options of [{}, {}]) {
      const { exit, said } = await synth(options);
      expect([exit, ...said('synth.changed')]).toEqual([0, ...left.map((name) => `${name} left`)]);
    }
    for (const colour of ['blue', 'green'])
      expect(file(colour, await read(`${colour}/services/Kustomization`))).toEqual([]);
    const pending = await synth({ check: true });
    expect([pending.exit, ...pending.said('synth.changed')]).toEqual([
      3,
      ...left.map((name) => `${name} left`),
    ]);
    const pruned = await synth({ prune: true });
    expect([pruned.exit, ...pruned.said('synth.pruned')]).toEqual([0, ...left]);
    for (const name of left) await expect(read(name)).rejects.toThrow('ENOENT');
    expect((await synth({ check: true })).exit).toBe(0);
  });

  it('names what is not ours, which neither stops a check nor is ever pruned', async () => {
    const { out, synth, says, read } = await workplace();
    await says(['cart']);
    await synth();
    await writeFile(join(out, 'green/services/9-own.yaml'), 'own\n');
    await mkdir(join(out, 'notes'));
    await writeFile(join(out, 'notes/own.yaml'), 'own\n');
    for (const options of [{}, { check: true }, { prune: true }]) {
      const { exit, said } = await synth(options);
      expect([exit, ...said('synth.foreign')]).toEqual([0, 'green/services/9-own.yaml']);
    }
    expect(await read('green/services/9-own.yaml')).toBe('own\n');
    expect(await read('notes/own.yaml')).toBe('own\n');
  });

  it('writes what an inventory holds for the other colour: what acts by itself waits, and Secrets are named', async () => {
    const { synth, says, read, folder, out } = await workplace();
    await says([], "migration: { workloads: [{ kind: 'CronJob', name: 'report', runs: 'singleton' }] },");
    const inventory = join(folder, 'blue.yaml');
    await writeFile(
      inventory,
      `# what blue in eu-west-1 holds (cluster shop-blue)
# moves; Secret shop/db; keys password; needed by CronJob shop/report
apiVersion: batch/v1
kind: CronJob
metadata: {name: report, namespace: shop}
spec:
  schedule: 0 * * * *
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: app, image: 'app:1', envFrom: [{secretRef: {name: db}}]}]}}}
---
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  template: {spec: {containers: [{image: 'app:1'}]}}
  traffic: [{revisionName: cart-00001, percent: 100}]
`,
    );
    await expect(synth({ inventory })).rejects.toMatchObject({ code: 'service-migration.history' });
    const history = ['shop/cart=migrated'];
    const { exit, events } = await synth({ inventory, history });
    expect([exit, ...events.map(({ event, colour }) => `${event} ${colour}`)]).toEqual([
      0,
      'synth.written green',
    ]);
    expect(parse(await read('green/3-shop.cronjob.report.yaml')).spec.suspend).toBe(true);
    const kustomization = await read('green/Kustomization');
    expect(kustomization).toContain('#   Secret shop/db; keys password');
    expect(parse(kustomization).resources).toContain('4-shop.cart.yaml');
    expect((await synth({ inventory, history, check: true })).exit).toBe(0);
    await writeFile(join(out, 'green/4-shop.cart.yaml'), 'changed\n');
    expect((await synth({ inventory, history, check: true })).exit).toBe(3);
  });

  it('says which words about an inventory it does not know', async () => {
    const { synth, says, folder } = await workplace();
    await says([]);
    const inventory = join(folder, 'blue.yaml');
    await writeFile(inventory, 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n');
    await expect(synth({ inventory })).rejects.toMatchObject({ code: 'usage.inventory' });
    await writeFile(
      inventory,
      `# what blue in eu-west-1 holds (cluster shop-blue)\n---\n${'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n'}`,
    );
    await expect(synth({ inventory, history: ['shop/none=latest'] })).rejects.toMatchObject({
      code: 'usage.history',
      problems: [{ where: '--history', value: 'shop/none' }],
    });
    await expect(synth({ inventory, history: ['shop/cart=keep'] })).rejects.toMatchObject({
      code: 'usage.history',
      problems: [{ value: 'shop/cart=keep' }],
    });
    await expect(synth({ history: ['shop/cart=latest'] })).rejects.toMatchObject({ code: 'usage.history' });
  });
});
