import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { main } from '../../../../lib/cli/index.ts';
import type { Locator } from '../../../../lib/fleet/index.ts';
import { type Populated, populate, secretValue, shopObjects } from '../../migration/inventory/populated.ts';

/** The verb as it is called, on a cluster behind the Kubernetes API over HTTP. */
let folder: string;
let populated: Populated;
let printed: { out: string; err: string };

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop-blue/0';
function locator(regions: readonly string[]): Locator {
  const addresses = { 80: '127.0.0.1:1', 443: '127.0.0.1:1' };
  const at = {
    cluster: { name: 'shop-blue', kubeconfig: populated.kubeconfig, context: 'blue' },
    entrance: { arn, addresses },
  };
  const accelerator = 'arn:aws:globalaccelerator::111122223333:accelerator/a';
  return {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: 'shop',
    accelerator: { arn: accelerator, listenerArn: `${accelerator}/listener/b`, addresses },
    regions: regions.map((region) => ({
      region,
      endpointGroupArn: `${accelerator}/listener/b/endpoint-group/${region}`,
      colours: { blue: at, green: at },
    })),
  };
}

const file = (name: string): string => join(folder, name);
const run = (...options: string[]): Promise<number> =>
  main(
    [
      'inventory',
      '--fleet',
      file('fleet.config.ts'),
      '--locator',
      file('locator.json'),
      '--colour',
      'blue',
      ...options,
    ],
    '0',
  );

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'zeroshift-'));
  populated = await populate();
  populated.create(...shopObjects());
  writeFileSync(
    file('fleet.config.ts'),
    `import { defineFleet } from 'zeroshift/fleet';
export default defineFleet({
  name: 'shop', domain: 'shop.example.com',
  regions: ['eu-west-1', 'us-east-1'].map((name) => ({
    name, account: '111122223333', availabilityZones: [name + 'a', name + 'b'],
  })),
  colours: { blue: { kubernetes: '1.34', knative: '1.22.1' }, green: { kubernetes: '1.35', knative: '1.23.0' } },
  services: [],
});`,
  );
});
afterAll(async () => {
  await populated.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  printed = { out: '', err: '' };
  writeFileSync(file('locator.json'), JSON.stringify(locator(['eu-west-1', 'us-east-1'])));
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed.out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.err += String(text);
    return true;
  });
  return () => vi.restoreAllMocks();
});

it('prints for people what moves, what does not and why, and what is missing', async () => {
  expect(await run('--region', 'eu-west-1', '--namespace', 'shop')).toBe(0);
  const { out } = printed;
  for (const text of [
    'blue in eu-west-1 (cluster shop-blue)',
    /Secret +shop\/registry +keys \.dockerconfigjson; needed by ServiceAccount shop\/cart/,
    /stays \(data\)[^\n]*\n +PersistentVolumeClaim +shop\/disk +needed by Deployment\.apps shop\/web; storage class gp3/,
    /Secret +shop\/db +External Secrets, ExternalSecret shop\/db/,
    /ConfigMap +shop\/delivered +Argo CD, Application shop/,
    /Revision +shop\/cart-00002 +pinned, routed/,
    /cannot be told[^\n]*\n +Deployment shop\/consumer\n +CronJob shop\/nightly/,
    /needed and not there\n +ConfigMap shop\/gone: needed by Service.serving.knative.dev shop\/cart/,
    /config-gc min-non-active-revisions: 1 instead of 20/,
    /\d+ to move, \d+ staying, 2 of which it cannot be told whether they may run twice, 1 needed and not there\n$/,
  ])
    expect(out).toMatch(text);
});

it('writes YAML of what moves, without Secrets and revisions, and the rest as comments', async () => {
  expect(await run('--region', 'eu-west-1', '-o', 'yaml')).toBe(0);
  const documents = parseAllDocuments(printed.out).map((document) => document.toJS());
  const objects = documents.filter((document) => document !== null);
  const kinds = new Set(objects.map(({ kind }) => kind));
  expect([kinds.has('Secret'), kinds.has('Revision'), kinds.has('ExternalSecret')]).toEqual([
    false,
    false,
    true,
  ]);
  expect(objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'cart')).toMatchObject({
    metadata: { name: 'cart', namespace: 'shop', labels: { app: 'cart' } },
    spec: { traffic: [{ revisionName: 'cart-00002' }, {}, {}] },
  });
  expect(printed.out).not.toMatch(
    /^\s*(uid|resourceVersion|status|managedFields|ownerReferences|creationTimestamp):/m,
  );
  expect(printed.out).toContain('# moves; Secret shop/registry; keys .dockerconfigjson');
  expect(printed.out).toContain('# stays: cluster-own; ConfigMap shop/kube-root-ca.crt');
});

it('prints JSON lines, of both regions, with the objects that move', async () => {
  expect(await run('--json')).toBe(0);
  const lines = printed.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(new Set(lines.map(({ region }) => region))).toEqual(new Set(['eu-west-1', 'us-east-1']));
  for (const { entry, fate, object } of lines)
    if (entry === 'object') expect(object === undefined).toBe(fate === 'stays');
});

it('shows no value of a Secret in any form', async () => {
  for (const format of ['table', 'yaml', 'json'])
    expect(await run('--region', 'eu-west-1', '-o', format), format).toBe(0);
  expect(printed.out + printed.err).not.toContain(secretValue);
  expect(printed.out + printed.err).not.toContain(Buffer.from(secretValue, 'base64').toString());
});

it('refuses what makes no sense', async () => {
  expect(await run('-o', 'yaml')).toBe(2);
  expect(printed.err).toContain('[usage.region]');
  expect(await run('-o', 'yml')).toBe(2);
  expect(printed.err).toContain('did you mean yaml?');
  expect(await run('--namespace', 'shops')).toBe(2);
  expect(printed.err).toContain('[inventory.no-namespace]');
});
