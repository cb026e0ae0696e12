import { InstanceArchitecture, InstanceType, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  CfnAddon,
  CfnPodIdentityAssociation,
  type Cluster as EksCluster,
  type Nodegroup,
  NodegroupAmiType,
} from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Stack } from 'aws-cdk-lib/core';
import type { ManagedNodes } from '../fleet/aws-definition.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { allow, roleWith } from './rights.ts';

/** Who binds target groups where Auto Mode is off, as its own chart installs it. */
const controller = { namespace: 'kube-system', serviceAccount: 'aws-load-balancer-controller' } as const;

/** What has to be there before the first node, and what runs on nodes. */
const addons = {
  before: ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'],
  after: ['coredns'],
} as const;

/**
 * A node group that EKS manages, and what Auto Mode would bring besides: the add-ons, and a role with which an AWS Load
 * Balancer Controller registers pods with the target groups of this colour and no others.
 */
export function addManagedNodes(cluster: EksCluster, clusterName: string, nodes: ManagedNodes): Nodegroup {
  const addon = (addonName: string) =>
    new CfnAddon(cluster, `Addon-${addonName}`, { clusterName: cluster.clusterName, addonName });
  const before = addons.before.map(addon);
  const instanceTypes = nodes.instanceTypes.map((type) => new InstanceType(type));
  const group = cluster.addNodegroupCapacity('Nodes', {
    instanceTypes,
    amiType: imageFor(instanceTypes),
    minSize: nodes.min,
    maxSize: nodes.max,
    desiredSize: nodes.min,
    diskSize: nodes.diskSize,
    subnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    enableNodeAutoRepair: true,
  });
  group.node.addDependency(...before);
  for (const name of addons.after) addon(name).node.addDependency(group);
  bindingRole(cluster, clusterName);
  return group;
}

/** The CDK would choose Amazon Linux 2, of which there are no images from Kubernetes 1.33 on. */
function imageFor(types: readonly InstanceType[]): NodegroupAmiType {
  const arm = types.map(({ architecture }) => architecture === InstanceArchitecture.ARM_64);
  if (new Set(arm).size > 1)
    throw new ZeroshiftError('the nodes of one group have different processors', {
      code: 'stacks.architectures',
      source: 'user',
      problems: [
        {
          where: 'clusters.nodes.instanceTypes',
          value: types.map(String),
          allowed: 'types of one architecture, Arm or x86',
        },
      ],
      action: 'choose types of one architecture',
    });
  return arm[0] ? NodegroupAmiType.AL2023_ARM_64_STANDARD : NodegroupAmiType.AL2023_X86_64_STANDARD;
}

/** What whoever binds looks up, on no narrower resource than all. */
const bindingLookups = [
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
];

function bindingRole(cluster: EksCluster, clusterName: string): void {
  const targetGroups = Stack.of(cluster).formatArn({
    service: 'elasticloadbalancing',
    resource: 'targetgroup',
    resourceName: `${clusterName}-*`,
  });
  const assumedBy = new ServicePrincipal('pods.eks.amazonaws.com');
  const role = roleWith(
    cluster,
    'LoadBalancerControllerRole',
    {
      description: `binds pods of the EKS cluster ${clusterName} to the target groups of its entrance`,
      assumedBy,
    },
    [
      allow(
        ['elasticloadbalancing:RegisterTargets', 'elasticloadbalancing:DeregisterTargets'],
        [targetGroups],
      ),
      allow(bindingLookups, ['*']),
    ],
  );
  role.assumeRolePolicy?.addStatements(
    new PolicyStatement({ actions: ['sts:TagSession'], principals: [assumedBy] }),
  );
  acknowledgeWildcards(
    role,
    [targetGroups, '*'],
    'target groups end in an id that AWS gives them, and are named after this colour alone; descriptions have no narrower resource',
  );
  new CfnPodIdentityAssociation(cluster, 'LoadBalancerController', {
    clusterName: cluster.clusterName,
    ...controller,
    roleArn: role.roleArn,
  });
}
