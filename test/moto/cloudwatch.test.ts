import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createBalancerMetrics } from '../../lib/metrics/cloudwatch.ts';
import { type Moto, startMoto } from '../helpers/moto.ts';

let moto: Moto;
beforeAll(async () => {
  moto = await startMoto();
  vi.stubEnv('AWS_ACCESS_KEY_ID', moto.credentials.accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', moto.credentials.secretAccessKey);
});
afterAll(() => moto.close());

const region = 'eu-west-1';
const balancer = (name: string) => `net/${name}/50dc6c495c0c9188`;
const minute = 60_000;

it("an entrance's flows and resets are summed by minute; neither another entrance's nor another region's", async () => {
  const now = Date.now();
  const at = (minutesAgo: number) =>
    new Date(Math.floor(now / minute) * minute - minutesAgo * minute + 5_000);
  const put = async (name: string, metric: string, value: number, minutesAgo: number, place = region) => {
    const client = new CloudWatchClient({
      endpoint: moto.endpoint,
      region: place,
      credentials: moto.credentials,
    });
    await client.send(
      new PutMetricDataCommand({
        Namespace: 'AWS/NetworkELB',
        MetricData: [
          {
            MetricName: metric,
            Dimensions: [{ Name: 'LoadBalancer', Value: balancer(name) }],
            Value: value,
            Timestamp: at(minutesAgo),
          },
        ],
      }),
    );
    client.destroy();
  };
  await put('shop-green', 'NewFlowCount', 40, 6);
  await put('shop-green', 'NewFlowCount', 60, 6);
  await put('shop-green', 'NewFlowCount', 7, 5);
  await put('shop-green', 'TCP_Target_Reset_Count', 2, 5);
  await put('shop-green', 'TCP_ELB_Reset_Count', 1, 6);
  // The last minutes are not complete, and the others are not its.
  await put('shop-green', 'NewFlowCount', 1_000, 1);
  await put('shop-blue', 'NewFlowCount', 1_000, 6);
  await put('shop-green', 'NewFlowCount', 1_000, 6, 'us-east-1');
  const arn = `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/${balancer('shop-green')}`;
  const { minutes, error } = await createBalancerMetrics({
    arn,
    region,
    endpoint: moto.endpoint,
    now: () => now,
  }).read();
  expect(error).toBeUndefined();
  const start = (minutesAgo: number) => Math.floor(now / minute) * minute - minutesAgo * minute;
  expect(minutes).toEqual([
    { at: start(6), flows: 100, targetResets: 0, balancerResets: 1, unhealthy: 0 },
    { at: start(5), flows: 7, targetResets: 2, balancerResets: 0, unhealthy: 0 },
  ]);
});
