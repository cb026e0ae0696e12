import { journalTable } from '../cutover/store/dynamodb-table.ts';

/**
 * The calls that the command makes, by what they are made on. A test reads the code and holds this list to it: a call
 * that is missing here fails a cutover half-way, and one too many is a right that nobody needs.
 */
export const operatorActions = {
  accelerator: ['globalaccelerator:DescribeAccelerator'],
  listener: ['globalaccelerator:ListEndpointGroups'],
  endpointGroups: ['globalaccelerator:DescribeEndpointGroup', 'globalaccelerator:UpdateEndpointGroup'],
  locator: ['ssm:GetParametersByPath'],
  journal: journalTable.actions,
  /** AWS knows no narrower resource for these. */
  anywhere: ['cloudwatch:GetMetricData', 'globalaccelerator:ListCrossAccountResources'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Global Accelerator looks at the load balancers in the caller's name when endpoints are written. */
export const endpointLookups = [
  'ec2:DescribeInternetGateways',
  'ec2:DescribeSubnets',
  'elasticloadbalancing:DescribeLoadBalancers',
] as const;
