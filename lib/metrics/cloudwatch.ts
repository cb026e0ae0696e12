import type { CloudWatchClient, MetricDataQuery, MetricDataResult } from '@aws-sdk/client-cloudwatch';
import type { BalancerMinute, BalancerPort, BalancerReading } from './balancer-port.ts';

export interface BalancerMetricsOptions {
  /** ARN of the NLB. */
  readonly arn: string;
  readonly region: string;
  /** URL that answers for CloudWatch. @default - AWS's, in the region */
  readonly endpoint?: string;
  /** Milliseconds since the epoch. @default - the system's clock */
  readonly now?: () => number;
}

const minute = 60_000;
/** How long a reading stays good, in milliseconds: CloudWatch has a value a minute. */
const keptFor = 30_000;
/** How far back is looked, in minutes. */
const minutesBack = 15;
/** The last minutes are not complete: an NLB reports up to three minutes late. */
const minutesLate = 3;
const timeoutMs = 10_000;

const metrics = {
  flows: ['NewFlowCount', 'Sum'],
  targetResets: ['TCP_Target_Reset_Count', 'Sum'],
  balancerResets: ['TCP_ELB_Reset_Count', 'Sum'],
  unhealthy: ['UnHealthyHostCount', 'Maximum'],
} as const satisfies Record<keyof Omit<BalancerMinute, 'at'>, readonly [string, string]>;
type Name = keyof typeof metrics;
const names = Object.keys(metrics) as Name[];

/** Reads an NLB's metrics from CloudWatch, at most twice a minute. */
export function createBalancerMetrics(options: BalancerMetricsOptions): BalancerPort {
  const { arn, now = () => Date.now() } = options;
  let client: Promise<CloudWatchClient> | undefined;
  let kept: { readonly at: number; readonly reading: Promise<BalancerReading> } | undefined;
  const read = async (): Promise<BalancerReading> => {
    try {
      client ??= connect(options);
      return { minutes: await minutesOf(await client, dimensionOf(arn), now()) };
    } catch (error) {
      return {
        minutes: [],
        error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
      };
    }
  };
  return {
    read: () => {
      const at = now();
      if (kept === undefined || at - kept.at >= keptFor || at < kept.at) kept = { at, reading: read() };
      return kept.reading;
    },
  };
}

async function connect({ region, endpoint }: BalancerMetricsOptions): Promise<CloudWatchClient> {
  const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
  return new CloudWatchClient({
    region,
    maxAttempts: 2,
    requestHandler: { requestTimeout: timeoutMs, connectionTimeout: timeoutMs },
    ...(endpoint === undefined ? {} : { endpoint }),
  });
}

/** `net/name/id` of an NLB's ARN: what its metrics are filed under. */
export const dimensionOf = (arn: string): string =>
  arn.slice(arn.indexOf(':loadbalancer/') + ':loadbalancer/'.length);

async function minutesOf(client: CloudWatchClient, balancer: string, now: number): Promise<BalancerMinute[]> {
  const { GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch');
  const end = Math.floor(now / minute) * minute - minutesLate * minute;
  const found = new Map<number, Partial<Record<Name, number>>>();
  let next: string | undefined;
  do {
    const answer = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: names.map((name) => queryOf(name, balancer)),
        StartTime: new Date(end - minutesBack * minute),
        EndTime: new Date(end),
        ScanBy: 'TimestampAscending',
        ...(next === undefined ? {} : { NextToken: next }),
      }),
      { abortSignal: AbortSignal.timeout(timeoutMs) },
    );
    for (const result of answer.MetricDataResults ?? []) keep(found, result);
    next = answer.NextToken;
  } while (next !== undefined);
  return [...found]
    .sort(([a], [b]) => a - b)
    .map(([at, values]) => ({ at, flows: 0, targetResets: 0, balancerResets: 0, unhealthy: 0, ...values }));
}

/** Over all zones and target groups: those have values of their own beside this. */
const queryOf = (name: Name, balancer: string): MetricDataQuery => ({
  Id: name.toLowerCase(),
  ...(name === 'unhealthy'
    ? {
        // Unhealthy targets are counted by target group only.
        Expression: `SUM(SEARCH('{AWS/NetworkELB,LoadBalancer,TargetGroup} MetricName="${metrics.unhealthy[0]}" LoadBalancer="${balancer}"', '${metrics.unhealthy[1]}', 60))`,
        Period: 60,
      }
    : {
        MetricStat: {
          Metric: {
            Namespace: 'AWS/NetworkELB',
            MetricName: metrics[name][0],
            Dimensions: [{ Name: 'LoadBalancer', Value: balancer }],
          },
          Period: 60,
          Stat: metrics[name][1],
        },
      }),
});

function keep(found: Map<number, Partial<Record<Name, number>>>, result: MetricDataResult): void {
  const name = names.find((one) => one.toLowerCase() === result.Id);
  if (name === undefined) return;
  if (result.StatusCode === 'InternalError' || result.StatusCode === 'Forbidden')
    throw new Error(`${metrics[name][0]}: ${result.StatusCode}`);
  result.Timestamps?.forEach((time, index) => {
    const value = result.Values?.[index];
    if (value === undefined || !Number.isFinite(value)) return;
    found.set(time.getTime(), { ...found.get(time.getTime()), [name]: value });
  });
}
