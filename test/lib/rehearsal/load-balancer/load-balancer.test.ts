import {
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../../../lib/rehearsal/cluster/data-plane/loopback-server.ts';
import { startEntrance } from '../../../../lib/rehearsal/entrance/index.ts';
import { startLoadBalancerApi } from '../../../../lib/rehearsal/load-balancer/index.ts';
import { toXml } from '../../../../lib/rehearsal/load-balancer/xml.ts';
import { ask, keepAlive, until } from '../cluster/data-plane/support.ts';

const arn =
  'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop-green/0123456789abcdef';

async function balancer() {
  const entrance = await startEntrance({
    ports: [80, 443],
    healthCheckMs: 20,
    flowIdleMs: 5000,
    connectTimeoutMs: 5000,
  });
  const gateway = startServer((_request, response) => response.end('answer'));
  const admin = startServer((request, response) =>
    response.writeHead(request.url === '/ready' ? 200 : 404).end(),
  );
  await Promise.all([gateway.listening, admin.listening]);
  await entrance.register({
    name: 'one',
    addresses: { '80': gateway.address, '443': gateway.address },
    health: { address: admin.address, path: '/ready' },
  });
  const api = await startLoadBalancerApi({ arn, entrance });
  onTestFinished(
    async () => void (await Promise.all([api.close(), entrance.close(), gateway.destroy(), admin.destroy()])),
  );
  const client = (region = 'eu-west-1') =>
    new ElasticLoadBalancingV2Client({
      region,
      endpoint: api.url,
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
  const groups = async () =>
    (await client().send(new DescribeTargetGroupsCommand({ LoadBalancerArn: arn }))).TargetGroups ?? [];
  const states = async (group: string | undefined) =>
    (
      await client().send(new DescribeTargetHealthCommand({ TargetGroupArn: group }))
    ).TargetHealthDescriptions?.map(({ TargetHealth }) => TargetHealth?.State);
  const health = entrance.healthUrl.replace(/^http:\/\/|\/$/g, '');
  return { client, groups, states, health, entrance, url: api.url };
}

test('the real client finds the target groups of a load balancer, how they are asked, and how they are', async () => {
  const { groups, states } = await balancer();
  const found = await groups();
  expect(found).toMatchObject([
    { TargetGroupName: 'shop-green-80', Port: 80, HealthCheckPort: '9000', HealthCheckPath: '/ready' },
    { TargetGroupName: 'shop-green-443', Port: 443, LoadBalancerArns: [arn], TargetType: 'ip' },
  ]);
  expect(new Set(found.map(({ TargetGroupArn }) => TargetGroupArn)).size).toBe(2);
  for (const { TargetGroupArn } of found) expect(await states(TargetGroupArn)).toEqual(['healthy']);
});

test.each([
  ['port', { HealthCheckPort: '1' }, { HealthCheckPort: '9000' }],
  ['path', { HealthCheckPath: '/fails' }, { HealthCheckPath: '/ready' }],
])(
  'a %s at which nothing answers fails one group and with it the entrance, keeps its flows, and is undone',
  async (_, wrong, right) => {
    const { client, groups, states, health, entrance } = await balancer();
    const [{ TargetGroupArn } = {}, other] = await groups();
    const kept = keepAlive();
    const address = entrance.addresses['80'] ?? '';
    await ask(address, { agent: kept });
    await client().send(new ModifyTargetGroupCommand({ TargetGroupArn, ...wrong }));
    expect((await groups())[0]).toMatchObject(wrong);
    await until('the entrance is unhealthy', async () => (await ask(health)).status === 503);
    expect(await states(TargetGroupArn)).toEqual(['unhealthy']);
    expect(await states(other?.TargetGroupArn)).toEqual(['healthy']);
    // A load balancer without healthy targets fails open; who comes to it all the same is answered.
    expect((await ask(address, { agent: kept })).body).toBe('answer');
    expect((await ask(address)).body).toBe('answer');
    await client().send(new ModifyTargetGroupCommand({ TargetGroupArn, ...right }));
    await until('it is healthy again', async () => (await ask(health)).status === 200);
    expect((await groups())[0]).toMatchObject({ HealthCheckPort: '9000', HealthCheckPath: '/ready' });
  },
);

test("it refuses in the service's own words what the service would refuse", async () => {
  const { client, groups, url } = await balancer();
  const [{ TargetGroupArn } = {}] = await groups();
  const refused = (input: object, region?: string) =>
    client(region)
      .send(new ModifyTargetGroupCommand({ TargetGroupArn, ...input }))
      .then(
        () => 'it was done',
        (error: Error) => error.name,
      );
  expect(await refused({ HealthCheckPort: '0' })).toBe('ValidationError');
  expect(await refused({ HealthCheckPort: 'none' })).toBe('ValidationError');
  expect(await refused({ HealthCheckPath: 'ready' })).toBe('ValidationError');
  expect(await refused({ TargetGroupArn: `${TargetGroupArn}0` })).toBe('TargetGroupNotFoundException');
  expect(await refused({ HealthCheckPort: '1' }, 'us-east-1')).toBe('InvalidSignatureException');
  expect(await refused({ UnhealthyThresholdCount: 3 })).toBe('ValidationError');
  expect((await fetch(url, { method: 'POST', body: 'Action=DescribeTargetGroups' })).status).toBe(403);
  expect((await groups())[0]?.HealthCheckPort).toBe('9000');
});

test('an answer holds what would be markup as text', () => {
  expect(toXml({ Message: '<a href="x">&</a>', List: ['a', { B: 1 }] })).toBe(
    '<Message>&lt;a href=&quot;x&quot;&gt;&amp;&lt;/a&gt;</Message><List><member>a</member><member><B>1</B></member></List>',
  );
});
