import {
  Alarm,
  ComparisonOperator,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { notify } from './notify.ts';

export interface EntranceAlarmsProps {
  /** Begins the alarms' names, such as `shop-blue`. */
  readonly name: string;
  /** `net/NAME/ID`. */
  readonly entranceName: string;
  /** `targetgroup/NAME/ID` of each port. @default - nothing is said of targets, which are the team's own */
  readonly targetGroups?: Readonly<Record<string, string>>;
  /** SNS topic of the same region. @default - alarms that nobody is told of */
  readonly topicArn?: string;
}

const namespace = 'AWS/NetworkELB';
/** Resets in percent of new flows that are more than clients who go away. */
const mostResets = 5;
/** New flows a minute from which percents mean something. */
const fewestFlows = 100;

/** What is wrong with an entrance while it carries traffic. An idle one is silent: that is what idle is. */
export class EntranceAlarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: EntranceAlarmsProps,
  ) {
    super(scope, id);
    for (const [port, targetGroup] of Object.entries(props.targetGroups ?? {}))
      this.alarm(`NoTargets${port}`, {
        says: `flows come in, and no target behind port ${port} is healthy`,
        // A group without targets reports nothing at all.
        expression: 'IF(FILL(flows, 0) > 0 AND FILL(healthy, 0) < 1, 1, 0)',
        metrics: {
          flows: this.metric('NewFlowCount'),
          healthy: this.metric('HealthyHostCount', targetGroup),
        },
        threshold: 0,
      });
    this.alarm('Resets', {
      says: `targets or the load balancer itself reset more than ${mostResets} % of the flows`,
      expression: `IF(flows > ${fewestFlows}, 100 * (FILL(targets, 0) + FILL(balancer, 0)) / flows, 0)`,
      metrics: {
        flows: this.metric('NewFlowCount'),
        targets: this.metric('TCP_Target_Reset_Count'),
        balancer: this.metric('TCP_ELB_Reset_Count'),
      },
      threshold: mostResets,
    });
    this.alarm('Ports', {
      says: 'the load balancer has no ports left towards its targets',
      expression: 'FILL(errors, 0)',
      metrics: { errors: this.metric('PortAllocationErrorCount') },
      threshold: 0,
    });
  }

  private metric(metricName: string, targetGroup?: string): Metric {
    return new Metric({
      namespace,
      metricName,
      dimensionsMap: {
        LoadBalancer: this.props.entranceName,
        ...(targetGroup === undefined ? {} : { TargetGroup: targetGroup }),
      },
      statistic: targetGroup === undefined ? 'Sum' : 'Minimum',
      period: Duration.minutes(1),
    });
  }

  private alarm(
    id: string,
    rule: {
      readonly says: string;
      readonly expression: string;
      readonly metrics: Readonly<Record<string, Metric>>;
      readonly threshold: number;
    },
  ): void {
    const alarm = new Alarm(this, id, {
      alarmName: `${this.props.name}-${id}`,
      alarmDescription: `The entrance ${this.props.name}: ${rule.says}.`,
      metric: new MathExpression({
        expression: rule.expression,
        usingMetrics: { ...rule.metrics },
        period: Duration.minutes(1),
      }),
      threshold: rule.threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    notify(alarm, this.props.topicArn);
  }
}
