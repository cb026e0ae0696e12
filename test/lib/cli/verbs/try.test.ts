import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer, type Server } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from '../../../../lib/cli/index.ts';
import { ask } from '../../../../lib/cli/try/ask.ts';
import { createKubernetesCluster } from '../../../../lib/clusters/index.ts';
import { loadFleet } from '../../../../lib/fleet/index.ts';
import { type RunningCluster, startCluster } from '../../../../lib/rehearsal/cluster/index.ts';
import { type ManagedEntrance, startEntrance } from '../../../../lib/rehearsal/entrance/entrance.ts';
import { makeCertificates } from '../../../../lib/rehearsal/kube-api/tls.ts';
import { seedServices, seedServing } from '../../../../lib/rehearsal/seed-services.ts';
import { temporaryDirectories } from '../../../helpers/temporary-directory.ts';

/** The verb as it is called, through the entrance of a rehearsal's cluster: real sockets, real services behind. */
const folder = mkdtempSync(join(tmpdir(), 'zeroshift-'));
const file = (name: string): string => join(folder, name);
const fresh = temporaryDirectories();
const host = 'cart.shop.shop.example.com';
let green: RunningCluster;
let empty: ManagedEntrance;
let secure: Server;
let printed: { out: string; err: string };

const arn = (name: string): string =>
  `arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/${name}/0`;
const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/a';

/** Writes a locator; each region is given what its two entrances listen at. */
function locate(
  regions: Readonly<Record<string, Readonly<Record<'blue' | 'green', Readonly<Record<string, string>>>>>>,
): string {
  const path = file('locator.json');
  const addresses = { 80: '127.0.0.1:1' };
  const at = (colour: string, to: Readonly<Record<string, string>>) => ({
    cluster: { name: `shop-${colour}`, context: colour },
    entrance: { arn: arn(colour), addresses: to },
  });
  writeFileSync(
    path,
    JSON.stringify({
      apiVersion: 'zeroshift/v1',
      kind: 'Locator',
      fleet: 'shop',
      accelerator: { arn: accelerator, listenerArn: `${accelerator}/listener/b`, addresses },
      regions: Object.entries(regions).map(([region, { blue, green: other }]) => ({
        region,
        endpointGroupArn: `${accelerator}/listener/b/endpoint-group/${region}`,
        colours: { blue: at('blue', blue), green: at('green', other) },
      })),
    }),
  );
  return path;
}

const portOf = (server: { address(): AddressInfo | string | null }): number =>
  (server.address() as AddressInfo).port;

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  return port;
}

const run = (...options: string[]): Promise<number> =>
  main(
    ['try', '--fleet', file('fleet.config.ts'), '--locator', file('locator.json'), '--no-color', ...options],
    '0',
  );

beforeAll(async () => {
  writeFileSync(
    file('fleet.config.ts'),
    `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop', domain: 'shop.example.com',
  regions: ['eu-west-1', 'us-east-1'].map((name) => ({
    name, account: '111122223333', availabilityZones: [name + 'a', name + 'b'],
  })),
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [{
    name: 'cart', namespace: 'shop', image: 'cart:1', env: { TARGET: 'cart', STARTUP_MS: '50' }, scaling: { initial: 0 },
  }],
  domainMappings: [{ name: 'www.example.org', namespace: 'shop', service: 'cart' }],
});`,
  );
  green = await startCluster({
    fleet: 'shop',
    colour: 'green',
    region: 'eu-west-1',
    ports: [80, 443],
    directory: folder,
    domain: 'shop.example.com',
    seed: 1,
  });
  const cluster = createKubernetesCluster({
    name: green.name,
    kubeconfig: green.kubeconfig,
    context: green.context,
  });
  const fleet = await loadFleet(file('fleet.config.ts'));
  await seedServing(cluster, fleet, 'green');
  await seedServices(cluster, fleet, 'green');
  empty = await startEntrance({
    ports: [80],
    healthCheckMs: 1000,
    flowIdleMs: 10_000,
    connectTimeoutMs: 1000,
  });
  const { ca, certificate, key } = await makeCertificates('shop');
  writeFileSync(file('ca.pem'), ca);
  secure = createTlsServer({ cert: certificate, key }, (request, response) =>
    response.end(`${request.headers.host} by TLS\n`),
  ).listen(0, '127.0.0.1');
  await once(secure, 'listening');
});
afterAll(async () => {
  secure.closeAllConnections();
  secure.close();
  await Promise.all([green.close(), empty.close()]);
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  printed = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += String(text);
    return true;
  });
  locate({ 'eu-west-1': { blue: empty.addresses, green: green.entrance.addresses } });
});

describe('an answer', () => {
  it('comes through the entrance, from a service at zero, with what a developer wants to see', async () => {
    expect(await run('--colour', 'green', `${host}/items?ANSWER_STATUS=404`)).toBe(0);
    expect(printed.err).toBe('');
    expect(printed.out).toContain(`GET http://${host}/items?ANSWER_STATUS=404 by the entrance of green`);
    expect(printed.out).toMatch(
      /✓ 404 Not Found from green in eu-west-1 after [\d.]+ ms, revision shop\/cart-00001\n/,
    );
    expect(printed.out).toMatch(/\n +content-type: text\/plain; charset=utf-8\n/);
    expect(printed.out).toMatch(/\n +cart cart-00001 cart\.shop\.shop\.example\.com\n$/);
  });

  it('of a mapping is one JSON object a line', async () => {
    expect(await run('--colour', 'green', '--json', 'http://www.example.org')).toBe(0);
    const [asking, answered, ...others] = printed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(others).toEqual([]);
    expect(asking).toMatchObject({ event: 'try.asking', address: green.entrance.addresses['80'] });
    expect(answered).toMatchObject({
      event: 'try.answered',
      status: 200,
      revision: 'shop/cart-00001',
      complete: true,
      body: 'cart cart-00001 www.example.org\n',
      headers: { server: 'envoy' },
    });
  });

  it('is read and shown up to a bound', async () => {
    expect(await run('--colour', 'green', `${host}/?ANSWER_BYTES=1000000`)).toBe(0);
    expect(printed.out.length).toBeLessThan(3_000);
    expect(printed.out).toContain('bytes and more the first 2000 characters are shown');
  });

  it('that is an error of the server is said, and is no success', async () => {
    green.setFault('errors');
    try {
      expect(await run('--colour', 'green', host)).toBe(1);
    } finally {
      green.setFault(undefined);
    }
    expect(printed.out).toContain('! 500 Internal Server Error from green');
    expect(printed.out).toContain('fault: errors');
  });

  it('is asked for in every region, whatever one of them says', async () => {
    const dead = { 80: `127.0.0.1:${await closedPort()}` };
    locate({
      'us-east-1': { blue: dead, green: dead },
      'eu-west-1': { blue: empty.addresses, green: green.entrance.addresses },
    });
    expect(await run('--colour', 'green', host)).toBe(1);
    expect(printed.err).toContain('the entrance of green in us-east-1 refuses the connection');
    expect(printed.out).toContain('200 OK from green in eu-west-1');
    expect(await run('--colour', 'green', '--region', 'eu-west-1', host)).toBe(0);
  });
});

describe('where there is none, it is said why and what to do', () => {
  it.each<[string, string[], number, RegExp[]]>([
    [
      'a host with a typo',
      ['--colour', 'green', 'crat.shop.shop.example.com'],
      1,
      [
        /try\.unknown-host/,
        /fleet's hosts.*cart\.shop\.shop\.example\.com, www\.example\.org/,
        /did you mean cart\./,
      ],
    ],
    [
      'no healthy target',
      ['--colour', 'blue', host],
      1,
      [/try\.no-answer/, /no target is healthy/, /describe-target-health/],
    ],
    [
      'TLS where nobody speaks it',
      ['--colour', 'green', `https://${host}`],
      1,
      [/try\.no-tls/, /without TLS: http:/],
    ],
    ['another colour', ['--colour', 'grean', host], 2, [/usage\.colour/, /did you mean green\?/]],
    ['another region', ['--colour', 'green', '--region', 'eu-west-2', host], 2, [/did you mean eu-west-1\?/]],
    ['no colour', [host], 2, [/no colour was given/]],
    [
      'a port that the fleet does not have',
      ['--colour', 'green', `${host}:8080`],
      2,
      [/usage\.port/, /80, 443/],
    ],
    ['no host', ['--colour', 'green', 'http://'], 2, [/usage\.host/]],
    ['another scheme', ['--colour', 'green', `ftp://${host}`], 2, [/usage\.host/]],
    ['a password', ['--colour', 'green', `http://a:b@${host}`], 2, [/usage\.host/]],
  ])('%s', async (_, options, exit, texts) => {
    expect(await run(...options)).toBe(exit);
    for (const text of texts) expect(printed.err).toMatch(text);
  });

  it("a certificate that is not the host's", async () => {
    locate({
      'eu-west-1': { blue: { 443: `127.0.0.1:${portOf(secure)}` }, green: green.entrance.addresses },
    });
    expect(await run('--colour', 'blue', host)).toBe(1);
    expect(printed.out).toContain(`GET https://${host}/`);
    expect(printed.err).toMatch(/is not accepted for cart\.shop.*\[try\.certificate]/);
    expect(printed.err).toMatch(/it does not cover the host; of CN=shop, by CN=shop-ca, valid from/);
  });

  it('an entrance that takes the connection and says nothing', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = `127.0.0.1:${portOf(silent)}`;
    const target = { tls: false, host, port: '80', path: '/', address, url: '' };
    try {
      await expect(ask(target, { connect: 1_000, whole: 50 })).rejects.toMatchObject({
        stage: 'answer',
        code: 'TIMEOUT',
      });
      await expect(ask({ ...target, tls: true }, { connect: 50, whole: 1_000 })).rejects.toMatchObject({
        stage: 'handshake',
        code: 'TIMEOUT',
      });
    } finally {
      silent.close();
    }
  });
});

it('verifies the certificate against the host, and goes by TLS where only 443 is open', async () => {
  const directory = await fresh();
  const path = locate({
    'eu-west-1': { blue: { 443: `127.0.0.1:${portOf(secure)}` }, green: green.entrance.addresses },
  });
  const root = resolve(import.meta.dirname, '../../../..');
  const { stdout } = await promisify(execFile)(
    join(root, 'node_modules/.bin/jiti'),
    [
      join(root, 'bin/zeroshift.ts'),
      ...['try', '--colour', 'blue', '--json', 'localhost/x'],
      ...['--fleet', file('fleet.config.ts'), '--locator', path],
    ],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: directory, NODE_EXTRA_CA_CERTS: file('ca.pem') },
      timeout: 60_000,
    },
  );
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    event: 'try.answered',
    url: 'https://localhost/x',
    body: 'localhost by TLS\n',
  });
}, 60_000);
