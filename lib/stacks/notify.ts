import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';

/** Tells an SNS topic of an alarm, and of its end. Without one the alarm is seen on the dashboard only. */
export function notify(alarm: Alarm, topicArn: string | undefined): void {
  if (topicArn === undefined) return;
  const action = { bind: () => ({ alarmActionArn: topicArn }) };
  alarm.addAlarmAction(action);
  alarm.addOkAction(action);
}
