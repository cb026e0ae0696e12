import { CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { stoppedMetric } from './lease-watch/watch.ts';

export interface FleetDashboardProps {
  readonly dashboardName: string;
  /** The fleet's name. */
  readonly fleet: string;
  readonly regions: readonly DashboardRegion[];
}

export interface DashboardRegion {
  readonly name: string;
  /** The NLBs of blue and green, by name: their ids are not known before they are there. */
  readonly entrances: { readonly blue: string; readonly green: string };
}

/** What is shown of each colour, a row each. */
const rows = [
  { title: 'new flows', metrics: ['NewFlowCount'], statistic: 'Sum' },
  { title: 'active flows', metrics: ['ActiveFlowCount'], statistic: 'Average' },
  {
    title: 'resets',
    metrics: ['TCP_Client_Reset_Count', 'TCP_Target_Reset_Count', 'TCP_ELB_Reset_Count'],
    statistic: 'Sum',
  },
  { title: 'healthy targets', metrics: ['HealthyHostCount'], statistic: 'Minimum', byTargetGroup: true },
  { title: 'unhealthy targets', metrics: ['UnHealthyHostCount'], statistic: 'Maximum', byTargetGroup: true },
] as const;

const columns = 24;
const height = 6;
/** Both colours have the same, so that a share is seen at a glance. */
const colourOf = { blue: '#1f77b4', green: '#2ca02c' } as const;

/**
 * Both colours of every region side by side. The load balancers are searched by their names: the dashboard stays as it is
 * when a colour is deleted and made anew, and stands in nobody's way.
 */
export class FleetDashboard extends Construct {
  constructor(scope: Construct, id: string, props: FleetDashboardProps) {
    super(scope, id);
    const widgets = [...this.fleetWidgets(props)];
    for (const region of props.regions) {
      const top = widgets.reduce((end, { y, height: tall }) => Math.max(end, y + tall), 0);
      widgets.push(text(top, `## ${region.name}`));
      rows.forEach((row, index) => {
        for (const [side, colour] of (['blue', 'green'] as const).entries())
          widgets.push({
            type: 'metric',
            x: (side * columns) / 2,
            y: top + 1 + index * height,
            width: columns / 2,
            height,
            properties: {
              title: `${colour}: ${row.title}`,
              region: region.name,
              view: 'timeSeries',
              period: 60,
              yAxis: { left: { min: 0 } },
              metrics: row.metrics.map((metric) => [
                {
                  expression: searchFor(region.entrances[colour], metric, row),
                  ...(row.metrics.length === 1 ? { color: colourOf[colour] } : {}),
                  id: `m_${metric.toLowerCase()}`,
                },
              ]),
            },
          });
      });
    }
    new CfnDashboard(this, 'Dashboard', {
      dashboardName: props.dashboardName,
      dashboardBody: Stack.of(this).toJsonString({ widgets }),
    });
  }

  private fleetWidgets({ fleet }: FleetDashboardProps): Widget[] {
    return [
      text(
        0,
        `# ${fleet}: blue and green\nA share is of new flows; those that are there end by themselves.`,
        2,
      ),
      {
        type: 'metric',
        x: 0,
        y: 2,
        width: columns,
        height: 3,
        properties: {
          title: 'cutovers that stopped without an end',
          region: Stack.of(this).region,
          view: 'timeSeries',
          period: 60,
          yAxis: { left: { min: 0 } },
          metrics: [[stoppedMetric.namespace, stoppedMetric.name, 'Fleet', fleet, { stat: 'Maximum' }]],
        },
      },
    ];
  }
}

interface Widget {
  readonly type: 'metric' | 'text';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: object;
}

const text = (y: number, markdown: string, tall = 1): Widget => ({
  type: 'text',
  x: 0,
  y,
  width: columns,
  height: tall,
  properties: { markdown },
});

/** Names are found by their parts: CloudWatch takes them apart where something else than letters and digits stands. */
function searchFor(
  entrance: string,
  metric: string,
  { statistic, ...row }: { readonly statistic: string; readonly byTargetGroup?: true },
): string {
  const dimensions = row.byTargetGroup ? ',TargetGroup' : '';
  const name = entrance
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((part) => `LoadBalancer=${part}`)
    .join(' ');
  return `SEARCH('{AWS/NetworkELB,LoadBalancer${dimensions}} MetricName="${metric}" ${name}', '${statistic}', 60)`;
}
