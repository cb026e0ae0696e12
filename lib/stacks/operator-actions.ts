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
  /** Reads alone, of what the doctor looks at: the whole account's room, clusters and roles of any name. */
  doctor: [
    'ec2:DescribeAddresses',
    'ec2:DescribeInstances',
    'ec2:DescribeNatGateways',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeRouteTables',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeVpcs',
    'eks:DescribeCluster',
    'eks:DescribeNodegroup',
    'eks:DescribePodIdentityAssociation',
    'eks:ListInsights',
    'eks:ListNodegroups',
    'eks:ListPodIdentityAssociations',
    'elasticloadbalancing:DescribeTargetGroups',
    'elasticloadbalancing:DescribeTargetHealth',
    'iam:GetRole',
    'iam:ListOpenIDConnectProviders',
    'servicequotas:GetServiceQuota',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Global Accelerator looks at the load balancers in the caller's name when endpoints are written; the doctor at subnets. */
export const endpointLookups = [
  'ec2:DescribeInternetGateways',
  'ec2:DescribeSubnets',
  'elasticloadbalancing:DescribeLoadBalancers',
] as const;
