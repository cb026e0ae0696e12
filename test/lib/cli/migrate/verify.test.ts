import { expect, it } from 'vitest';
import { type VerifyPartProps, verifyPart } from '../../../../lib/cli/migrate/verify.ts';
import { loadFleet, type RegionLocation } from '../../../../lib/fleet/index.ts';
import type { EntrancePort, PageRequest } from '../../../../lib/metrics/index.ts';
import { type ReadCluster, twoClusters } from '../../migration/verify/two-clusters.ts';

const region: RegionLocation = {
  region: 'eu-west-1',
  endpointGroupArn: 'arn',
  colours: {
    blue: { cluster: { name: 'blue' }, entrance: { arn: 'b', addresses: { '80': 'blue:80' } } },
    green: { cluster: { name: 'green' }, entrance: { arn: 'g', addresses: { '80': 'green:80' } } },
  },
};

async function run(change: (green: ReadCluster) => void, props: Partial<VerifyPartProps> = {}) {
  const clusters = twoClusters();
  change(clusters.green);
  const asked: PageRequest[] = [];
  const entrance: EntrancePort = {
    get: async (request) => {
      asked.push(request);
      return { status: 200, body: Buffer.from('ok'), truncated: false, byGateway: false };
    },
    certificate: async () => ({ error: 'none' }),
  };
  let text = '';
  const exit = await verifyPart({
    fleet: await loadFleet('examples/shop/fleet.config.ts'),
    regions: [region],
    from: 'blue',
    to: 'green',
    color: false,
    write: (more) => {
      text += more;
    },
    ports: { entrance, cluster: ({ name }) => clusters[name as 'blue' | 'green'] },
    ...props,
  });
  return { exit, text, asked };
}

it('says what is the same, and ends with 0', async () => {
  const { exit, text, asked } = await run(() => {}, { get: ['/version'] });
  expect(exit).toBe(0);
  expect(text).toBe(
    'blue and green in eu-west-1\nsame       shop/cart\n\n1 same, 0 different, 0 not ready\n',
  );
  expect([...new Set(asked.map(({ address, host, path }) => `${address} ${host}${path}`))].sort()).toEqual(
    ['cart.shop.example.com', 'current-cart.shop.example.com', 'www.example.com']
      .flatMap((host) => [`blue:80 ${host}/version`, `green:80 ${host}/`, `green:80 ${host}/version`])
      .sort(),
  );
});

it('says what is otherwise, field by field, and ends with 4', async () => {
  const change = (green: ReadCluster): void =>
    green.change('Service', 'cart', ({ spec }) => {
      spec.template.spec.containers[0].env[0].value = 'te\u001b[31mst';
    });
  const { exit, text } = await run(change);
  expect(exit).toBe(4);
  expect(text).toContain(
    'different  shop/cart\n    spec.template.spec.containers[app].env[MODE].value: "te\\u001b[31mst" instead of "live"\n',
  );
  const json = await run(change, { json: true });
  expect(json.exit).toBe(4);
  expect(
    json.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    expect.objectContaining({
      line: 'service',
      region: 'eu-west-1',
      kind: 'Service',
      namespace: 'shop',
      name: 'cart',
      state: 'different',
      failure: true,
      differences: [
        {
          where: 'spec.template.spec.containers[app].env[MODE].value',
          says: '"te\\u001b[31mst" instead of "live"',
        },
      ],
    }),
    {
      line: 'verification',
      from: 'blue',
      to: 'green',
      sums: { same: 0, different: 1, notReady: 0, notReadyOnSource: 0, notVerified: 0 },
    },
  ]);
});

it('refuses what is no path, before anything is asked', async () => {
  for (const path of ['version', '/a b', '/a\r\nHost: x', 'http://x/', '/#top', '']) {
    const error = await run(() => {}, { get: ['/fine', path] }).catch((thrown: unknown) => thrown);
    expect(error, path).toMatchObject({ code: 'usage.get-path', problems: [{ value: path }] });
  }
});
