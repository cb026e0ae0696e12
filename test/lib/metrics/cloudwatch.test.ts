import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createBalancerMetrics } from '../../../lib/metrics/cloudwatch.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/green/50dc6c495c0c9188';
const now = Date.parse('2026-01-01T12:00:30Z');
const minute = (text: string): number => Date.parse(`2026-01-01T${text}:00Z`) / 1000;

let server: Server;
let endpoint: string;
let requests: string[];
let answers: [number, object][];

beforeEach(async () => {
  requests = [];
  answers = [];
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      requests.push(body);
      const [status, answer] = answers.shift() ?? [500, {}];
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.0',
        'x-amzn-requestid': 'x',
      });
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

it('reads complete minutes, page by page, at most twice a minute', async () => {
  const result = (Id: string, values: Record<string, number>) => ({
    Id,
    StatusCode: 'Complete',
    Timestamps: Object.keys(values).map(minute),
    Values: Object.values(values),
  });
  answers = [
    [200, { MetricDataResults: [result('flows', { '11:50': 100, '11:51': 120 })], NextToken: 'more' }],
    [
      200,
      { MetricDataResults: [result('targetresets', { '11:51': 3 }), result('unhealthy', { '11:51': 1 })] },
    ],
  ];
  let clock = now;
  const balancer = createBalancerMetrics({ arn, region: 'eu-west-1', endpoint, now: () => clock });
  expect(await balancer.read()).toEqual({
    minutes: [
      { at: minute('11:50') * 1000, flows: 100, targetResets: 0, balancerResets: 0, unhealthy: 0 },
      { at: minute('11:51') * 1000, flows: 120, targetResets: 3, balancerResets: 0, unhealthy: 1 },
    ],
  });
  expect(requests[0]).toContain('net/green/50dc6c495c0c9188');
  for (const name of ['NewFlowCount', 'TCP_Target_Reset_Count', 'TCP_ELB_Reset_Count', 'UnHealthyHostCount'])
    expect(requests[0]).toContain(name);
  expect(requests).toHaveLength(2);
  clock += 29_000;
  await balancer.read();
  expect(requests).toHaveLength(2);
});

it('what cannot be read is said, and is no zero', async () => {
  answers = [[403, { __type: 'AccessDenied', message: 'not authorized' }]];
  const balancer = createBalancerMetrics({ arn, region: 'eu-west-1', endpoint, now: () => now });
  expect(await balancer.read()).toMatchObject({
    minutes: [],
    error: expect.stringContaining('AccessDenied'),
  });
});
