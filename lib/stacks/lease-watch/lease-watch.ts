import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { notify } from '../notify.ts';
import { allow } from '../rights.ts';
import { SmallFunction } from '../small-function.ts';
import { handlerCode } from './handler-code.generated.ts';
import { stoppedMetric } from './watch.ts';

export interface LeaseWatchProps {
  /** The fleet's name. */
  readonly fleet: string;
  readonly tableName: string;
  readonly tableArn: string;
  /** SNS topic of the same region. @default - an alarm that nobody is told of */
  readonly topicArn?: string;
}

/** Looks at a fleet's lease every minute. Its alarm says that a cutover stopped in the middle and waits for somebody. */
export class LeaseWatch extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, props: LeaseWatchProps) {
    super(scope, id);
    const { handler } = new SmallFunction(this, 'Watch', {
      description: 'tells whether the heart of a cutover has stopped',
      folder: 'lease-watch',
      code: handlerCode,
      timeout: Duration.seconds(50),
      permissions: [allow(['dynamodb:GetItem'], [props.tableArn])],
    });
    new Rule(this, 'EveryMinute', {
      description: `looks at the lease of fleet ${props.fleet}`,
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [
        new LambdaFunction(handler, {
          event: RuleTargetInput.fromObject({ fleet: props.fleet, table: props.tableName }),
          // What was not looked at in time is looked at a minute later.
          retryAttempts: 0,
        }),
      ],
    });
    this.alarm = new Alarm(this, 'Stopped', {
      alarmName: `zeroshift-${props.fleet}-cutover-stopped`,
      alarmDescription: `A cutover of fleet ${props.fleet} stopped without giving back its lease. Its journal holds where it was: go on with \`zeroshift cutover --resume\`, or back with \`zeroshift rollback\`.`,
      metric: new Metric({
        namespace: stoppedMetric.namespace,
        metricName: stoppedMetric.name,
        dimensionsMap: { Fleet: props.fleet },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
      // There is a measurement every minute: none means that nobody watches.
      treatMissingData: TreatMissingData.BREACHING,
    });
    notify(this.alarm, props.topicArn);
  }
}
