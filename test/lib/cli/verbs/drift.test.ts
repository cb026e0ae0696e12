import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../../lib/cli/index.ts';
import { createOutput } from '../../../../lib/cli/output.ts';
import { pruneColour } from '../../../../lib/cli/verbs/prune.ts';
import { takeLease } from '../../../../lib/cutover/index.ts';
import { actor } from '../../../../lib/cutover/operate.ts';
import type { WantedObject } from '../../../../lib/drift/index.ts';
import { Duration } from '../../../../lib/fleet/duration.ts';
import type { Locator } from '../../../../lib/fleet/index.ts';
import {
  networkLoadBalancerArn,
  type RehearsalAccelerator,
  startAccelerator,
} from '../../../../lib/rehearsal/accelerator/index.ts';
import { createGlobalAcceleratorTraffic } from '../../../../lib/traffic/index.ts';
import { applyAll, startApi, type TestApi, wantedObjects } from '../../drift/api.ts';

/** Green's cluster in two regions behind an accelerator of the rehearsal; all over the real protocols. */
const account = '111122223333';
const names = ['eu-west-1', 'us-east-1'] as const;
const arnOf = (region: string, colour: string): string =>
  networkLoadBalancerArn({ region, account, name: `shop-${colour}` });

let folder: string;
let apis: Record<(typeof names)[number], TestApi>;
let accelerator: RehearsalAccelerator;
let printed: { out: string; err: string };
const file = (name: string): string => join(folder, name);

const fleetText = (services: readonly string[]): string => `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop', domain: 'shop.example.com',
  regions: ['eu-west-1', 'us-east-1'].map((name) => ({
    name, account: '${account}', availabilityZones: [name + 'a', name + 'b'],
  })),
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: ${JSON.stringify(services.map((name) => ({ name, namespace: 'shop', image: 'app:1' })))},
});`;
const wanted = (...services: string[]): WantedObject[] =>
  wantedObjects({ services: services.map((name) => ({ name, namespace: 'shop', image: 'app:1' })) });

function writeLocator(regions: readonly string[] = names): void {
  const locator: Locator = {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: 'shop',
    accelerator: {
      arn: accelerator.acceleratorArn,
      listenerArn: accelerator.listenerArn,
      addresses: { 80: '127.0.0.1:1', 443: '127.0.0.1:1' },
      controlPlane: accelerator.controlPlane,
    },
    regions: names
      .filter((region) => regions.includes(region))
      .map((region) => {
        const of = (colour: 'blue' | 'green') => ({
          cluster: { name: `shop-${colour}`, kubeconfig: apis[region].kubeconfig, context: 'green' },
          entrance: {
            arn: arnOf(region, colour),
            addresses: { 80: '127.0.0.1:1', 443: '127.0.0.1:1' },
          },
        });
        return {
          region,
          endpointGroupArn: accelerator.endpointGroupArns[region] ?? '',
          colours: { blue: of('blue'), green: of('green') },
        };
      }),
  };
  writeFileSync(file('locator.json'), JSON.stringify(locator));
}

const setWeight = async (region: string, weight: number): Promise<void> => {
  const traffic = createGlobalAcceleratorTraffic({ controlPlane: accelerator.controlPlane });
  const arn = accelerator.endpointGroupArns[region] ?? '';
  const { endpoints } = await traffic.readGroup(arn);
  await traffic.writeGroup(
    arn,
    endpoints.map((one) => (one.id === arnOf(region, 'green') ? { ...one, weight } : one)),
  );
};

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'rehearsal');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'rehearsal');
  folder = mkdtempSync(join(tmpdir(), 'zeroshift-drift-'));
  const [west, east] = await Promise.all([startApi(), startApi()]);
  apis = { 'eu-west-1': west, 'us-east-1': east };
  const endpoints = (region: string) => [
    { id: arnOf(region, 'blue'), addresses: {}, weight: 100 },
    { id: arnOf(region, 'green'), addresses: {}, weight: 0 },
  ];
  accelerator = await startAccelerator({
    region: 'eu-west-1',
    ports: { 80: 0 },
    endpoints: endpoints('eu-west-1'),
    otherRegions: [{ region: 'us-east-1', endpoints: endpoints('us-east-1') }],
    propagation: Duration.milliseconds(10),
    seed: 1,
  });
  writeFileSync(file('fleet.ts'), fleetText(['hello']));
  writeLocator();
  printed = { out: '', err: '' };
  for (const [stream, key] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const)
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      printed[key] += String(chunk);
      return true;
    });
});
afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  await Promise.all([accelerator.close(), ...Object.values(apis).map((api) => api.close())]);
  rmSync(folder, { recursive: true, force: true });
});

const live = (verb: string | undefined): string[] => [
  ...['--fleet', file('fleet.ts'), '--locator', file('locator.json')],
  ...(verb === 'prune' ? ['--state', file('state')] : []),
];
async function zeroshift(...argv: string[]) {
  printed.out = '';
  printed.err = '';
  const exit = await main([...argv, ...live(argv[0])], '1.2.3');
  return { exit, ...printed };
}
interface Said {
  readonly event: string;
  readonly region?: string;
  readonly name?: string;
  readonly change?: string;
}
const events = (out: string): Said[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Said);
const versions = (): string[] => names.map((region) => apis[region].store.resourceVersion);
const services = (region: (typeof names)[number]): string[] =>
  apis[region].store.list('services.serving.knative.dev').map(({ metadata }) => metadata.name);
const deploy = async (...names: string[]): Promise<void> => {
  await Promise.all(Object.values(apis).map((api) => applyAll(api.cluster, wanted(...names))));
};

describe('zeroshift diff', () => {
  it('exits with 3 for an empty cluster and with 0 for one that has the definition, and writes nothing', async () => {
    const before = versions();
    const empty = await zeroshift('diff', '--colour', 'green');
    expect([empty.exit, empty.err]).toEqual([3, '']);
    expect(empty.out).toMatch(/! Service\.serving\.knative\.dev shop\/hello would be created/);
    expect(empty.out).toMatch(/green in us-east-1: \d+ to create, 0 as defined/);
    expect(versions()).toEqual(before);
    await deploy('hello');
    const after = versions();
    const same = await zeroshift('diff', '--colour', 'green');
    expect([same.exit, same.err]).toEqual([0, '']);
    expect(same.out).not.toMatch(/ ! /);
    expect(versions()).toEqual(after);
    expect(existsSync(file('state'))).toBe(false);
  }, 20_000);

  it('shows a change and what left, region by region, as text and as events', async () => {
    await deploy('hello', 'gone');
    writeFileSync(file('fleet.ts'), fleetText(['hello']).replace('app:1', 'app:2'));
    const text = await zeroshift('diff', '--colour', 'green', '--region', 'us-east-1');
    expect(text.exit).toBe(3);
    expect(text.out).toMatch(/shop\/hello would change\n +--- .*\n +\+\+\+ .*\n +@@/);
    expect(text.out).toMatch(/\n +- +- image: app:1\n +\+ +- image: app:2\n/);
    expect(text.out).toMatch(/! Service\.serving\.knative\.dev shop\/gone left the definition/);
    expect(text.out).toContain('1 to change, 1 left the definition');
    const { exit, out } = await zeroshift('diff', '--colour', 'green', '--json');
    expect(exit).toBe(3);
    const said = events(out);
    for (const region of names) {
      const here = said.filter((one) => one.region === region);
      expect(here.filter(({ event }) => event === 'diff.object')).toMatchObject([
        { name: 'hello', change: 'changed', difference: expect.stringContaining('app:2') },
      ]);
      expect(here.filter(({ event }) => event === 'diff.left')).toMatchObject([
        { name: 'gone', component: 'services', kept: null },
      ]);
      expect(here.at(-1)).toMatchObject({ event: 'diff.finished', changed: 1, left: 1, refused: 0 });
      expect(here.filter(({ event }) => event === 'diff.same').length).toBeGreaterThan(60);
    }
  }, 20_000);

  it('an unreachable cluster is an error, and the other region is looked at all the same', async () => {
    await deploy('hello');
    await apis['eu-west-1'].server.close();
    const { exit, out, err } = await zeroshift('diff', '--colour', 'green');
    expect(exit).toBe(1);
    expect(err).toMatch(
      /cannot discover what \/apis? serves in cluster shop-green: .*\[cluster\.unavailable\]/,
    );
    expect(err).not.toMatch(/^\s+at .*[:(]/m);
    expect(out).toMatch(/green in us-east-1: \d+ as defined/);
  }, 20_000);

  it.each<[string[], string, RegExp]>([
    [
      ['diff'],
      'usage.colour',
      /no colour was given[\s\S]*--colour: nothing was given; allowed: blue or green/,
    ],
    [
      ['diff', '--colour', 'gren'],
      'usage.colour',
      /"gren" was given; allowed: blue or green\n.*did you mean green\?/,
    ],
    [
      ['prune', '--colour', 'green', '--region', 'eu-west-2'],
      'usage.region',
      /"eu-west-2" was given; allowed: eu-west-1 or us-east-1\n.*did you mean eu-west-1\?/,
    ],
    [['diff', '--color', 'green'], 'usage', /unknown option '--color'[\s\S]*did you mean --colour\?/],
  ])('%j is a mistake that is named', async (argv, code, text) => {
    const { exit, out, err } = await zeroshift(...argv);
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain(`[${code}]`);
    expect(err).toMatch(text);
  });
});

describe('zeroshift prune', () => {
  it('has nothing to do where nothing left', async () => {
    await deploy('hello');
    const { exit, out } = await zeroshift('prune', '--colour', 'green', '--yes');
    expect(exit).toBe(0);
    expect(out).toContain('nothing of green in eu-west-1, us-east-1 left the definition');
  });

  it('on a pipe only lists, and deletes when it is asked', async () => {
    await deploy('hello', 'gone');
    const before = versions();
    const listed = await zeroshift('prune', '--colour', 'green');
    expect(listed.exit).toBe(3);
    expect(listed.out).toMatch(
      /shop\/gone left the definition[\s\S]*2 objects still there; nothing was deleted: `--yes`/,
    );
    expect(versions()).toEqual(before);
    const one = await zeroshift('prune', '--colour', 'green', '--yes', '--region', 'us-east-1');
    expect(one.exit).toBe(0);
    expect(one.out).toMatch(/✓ Service\.serving\.knative\.dev shop\/gone deleted/);
    expect([services('eu-west-1'), services('us-east-1')]).toEqual([['gone', 'hello'], ['hello']]);
    expect((await zeroshift('prune', '--colour', 'green', '--yes')).exit).toBe(0);
    expect((await zeroshift('prune', '--colour', 'green')).exit).toBe(0);
    expect((await zeroshift('diff', '--colour', 'green')).exit).toBe(0);
  }, 20_000);

  it('keeps a namespace, and says how a person deletes it', async () => {
    await deploy('hello');
    writeFileSync(file('fleet.ts'), fleetText([]));
    const { exit, out } = await zeroshift('prune', '--colour', 'green', '--yes', '--region', 'eu-west-1');
    expect(exit).toBe(3);
    expect(out).toMatch(
      /Namespace shop left the definition\n +it is kept, because everything in the namespace would go with it; once you have looked: kubectl --kubeconfig '.*' --context 'green' delete namespace 'shop'/,
    );
    expect(services('eu-west-1')).toEqual([]);
    expect(apis['eu-west-1'].store.get('namespaces', undefined, 'shop')?.metadata.deletionTimestamp).toBe(
      undefined,
    );
  });

  it('refuses while the colour has weight, or somebody holds the lease', async () => {
    await deploy('hello', 'gone');
    await setWeight('us-east-1', 1);
    const before = versions();
    const loaded = await zeroshift('prune', '--colour', 'green', '--yes');
    expect(loaded.exit).toBe(1);
    expect(loaded.err).toMatch(
      /weight of green in us-east-1: 1 was given; allowed: 0[\s\S]*zeroshift plan --to blue/,
    );
    expect(loaded.err).toContain('[prune.has-weight]');
    await setWeight('us-east-1', 0);
    const lease = await takeLease(join(file('state'), 'shop', 'lease'), actor());
    const held = await zeroshift('prune', '--colour', 'green', '--yes');
    expect([held.exit, held.err]).toEqual([6, expect.stringContaining('[lease.held]')]);
    expect(versions()).toEqual(before);
    await lease.release();
    expect((await zeroshift('prune', '--colour', 'green', '--yes')).exit).toBe(0);
  }, 20_000);

  it('asks a person, who types the colour', async () => {
    await deploy('hello', 'gone');
    const ask = async (typed: string) => {
      const input = Object.assign(new PassThrough(), { isTTY: true });
      const stdout = Object.assign(new PassThrough(), { isTTY: true });
      input.write(`${typed}\n`);
      const output = createOutput({
        json: false,
        color: false,
        stdout,
        stderr: stdout,
        now: () => new Date(),
      });
      const exit = await pruneColour(
        output,
        {
          colour: 'green',
          color: false,
          fleet: file('fleet.ts'),
          locator: file('locator.json'),
          state: file('state'),
        },
        { input, output: stdout },
      );
      return { exit, text: String(stdout.read()) };
    };
    const no = await ask('yes');
    expect(no.exit).toBe(3);
    expect(no.text).toContain('Delete 2 of these 2 objects from green? Type green to go on: ');
    expect(services('us-east-1')).toEqual(['gone', 'hello']);
    expect((await ask('green')).exit).toBe(0);
    expect([services('eu-west-1'), services('us-east-1')]).toEqual([['hello'], ['hello']]);
    // What will be refused is refused before anybody is asked.
    await applyAll(apis['eu-west-1'].cluster, wanted('hello', 'gone'));
    await setWeight('eu-west-1', 5);
    await expect(ask('green')).rejects.toMatchObject({ code: 'prune.has-weight' });
  }, 20_000);
});
