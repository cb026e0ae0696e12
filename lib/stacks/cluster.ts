import { type ISecurityGroup, type IVpc, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AccessPolicy,
  AccessScopeType,
  CfnAccessEntry,
  CfnAddon,
  CfnPodIdentityAssociation,
  ClusterLoggingTypes,
  DefaultCapacityType,
  Cluster as EksCluster,
  EndpointAccess,
  KubernetesVersion,
} from 'aws-cdk-lib/aws-eks-v2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Annotations, RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ManagedNodes, PodIdentity } from '../fleet/aws-definition.ts';
import { acknowledge, acknowledgeManagedPolicies } from './acknowledge.ts';
import { addManagedNodes } from './managed-nodes.ts';

export interface ClusterProps {
  readonly clusterName: string;
  /** Minor version, such as `1.34`. */
  readonly kubernetes: string;
  readonly vpc: IVpc;
  /** ARNs of IAM roles or users that administer the cluster. @default - the deploying role alone */
  readonly admins?: readonly string[];
  /** Who operates cutovers, and the group in which Kubernetes knows it. @default - the admins alone */
  readonly operator?: { readonly roleArn: string; readonly group: string };
  /** EKS Auto Mode, or a node group that EKS manages. @default 'auto' */
  readonly nodes?: 'auto' | ManagedNodes;
  /** Ranges from which the API server is reached from outside of the VPC; none: from inside alone. @default - from everywhere */
  readonly publicAccess?: readonly string[];
  /** Service accounts with IAM roles. @default - none */
  readonly podIdentities?: readonly PodIdentity[];
}

/** The port on which the control plane calls Knative's webhook. */
const webhookPort = 8443;
const everywhere = '0.0.0.0/0';

/** Of the cluster, and of nodes of either kind. */
const eksPolicies = [
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingPolicy',
  'AmazonEC2ContainerRegistryReadOnly',
  'AmazonEKSWorkerNodePolicy',
  'AmazonEKS_CNI_Policy',
];

/** One colour's EKS cluster, without a kubectl layer: what runs in it comes from manifests. */
export class Cluster extends Construct {
  readonly clusterName: string;
  /** `https://…` */
  readonly endpoint: string;
  /** Base64 PEM. */
  readonly certificateAuthority: string;
  /** What nodes and pods wear. */
  readonly securityGroup: ISecurityGroup;

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { nodes = 'auto', publicAccess = [everywhere] } = props;
    const controlPlane = new SecurityGroup(this, 'ControlPlane', {
      vpc: props.vpc,
      description: `the control plane of the EKS cluster ${props.clusterName}`,
    });
    const cluster = new EksCluster(this, 'Cluster', {
      clusterName: props.clusterName,
      version: KubernetesVersion.of(props.kubernetes),
      vpc: props.vpc,
      vpcSubnets: [{ subnetType: SubnetType.PRIVATE_WITH_EGRESS }],
      securityGroup: controlPlane,
      endpointAccess: accessFrom(publicAccess),
      clusterLogging: Object.values(ClusterLoggingTypes),
      // Nothing is left to decrypt when the cluster has gone, so the key goes with it, after KMS's waiting time.
      secretsEncryptionKey: new Key(this, 'SecretsKey', {
        description: `secrets of the EKS cluster ${props.clusterName}`,
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      outputConfigCommand: false,
      ...(nodes === 'auto'
        ? {}
        : {
            defaultCapacityType: DefaultCapacityType.NODEGROUP,
            defaultCapacity: 0,
            // As add-ons they are upgraded with the cluster.
            bootstrapSelfManagedAddons: false,
          }),
    });
    Annotations.of(cluster).acknowledgeWarning(
      '@aws-cdk/aws-eks:clusterMustManuallyTagSubnet',
      'load balancers that Kubernetes makes look for these tags; the entrance is made here',
    );
    acknowledge(cluster, {
      'CloudFormation-Validate::W9009':
        'aws-eks-v2 names the resources to encrypt; EKS takes that, though it now encrypts all of them',
      ...(publicAccess.length === 0
        ? {}
        : {
            'AwsSolutions-EKS1': `the fleet's clusters.publicAccess says so (${publicAccess.join(', ')}): callers sign in with IAM, and pipelines outside of the VPC reach both colours`,
          }),
    });
    acknowledgeManagedPolicies(
      cluster,
      eksPolicies,
      "EKS asks for its own policies on the cluster's and the nodes' roles",
    );
    const group = nodes === 'auto' ? undefined : addManagedNodes(cluster, props.clusterName, nodes);
    // Neither kind of cluster has it, and Knative's activator and webhook scale by what it measures.
    const metrics = new CfnAddon(this, 'MetricsServer', {
      clusterName: cluster.clusterName,
      addonName: 'metrics-server',
    });
    if (group !== undefined) metrics.node.addDependency(group);
    const adminPolicy = AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', {
      accessScopeType: AccessScopeType.CLUSTER,
    });
    // The principal is in the id, so that a list in another order changes nothing.
    for (const principal of props.admins ?? [])
      cluster.grantAccess(`Admin-${principal}`, principal, [adminPolicy]);
    if (props.operator !== undefined)
      new CfnAccessEntry(this, 'Operator', {
        clusterName: cluster.clusterName,
        principalArn: props.operator.roleArn,
        kubernetesGroups: [props.operator.group],
      });
    for (const { namespace, serviceAccount, roleArn } of props.podIdentities ?? [])
      new CfnPodIdentityAssociation(this, `PodIdentity-${namespace}-${serviceAccount}`, {
        clusterName: cluster.clusterName,
        namespace,
        serviceAccount,
        roleArn,
      });
    // Nodes and control plane share this group today; said here for the day on which a team narrows it.
    cluster.clusterSecurityGroup.connections.allowFrom(
      controlPlane,
      Port.tcp(webhookPort),
      'the control plane calls the webhook',
    );
    this.clusterName = cluster.clusterName;
    this.endpoint = cluster.clusterEndpoint;
    this.certificateAuthority = cluster.clusterCertificateAuthorityData;
    this.securityGroup = cluster.clusterSecurityGroup;
  }
}

/** Nodes and pods go the private way in any case. */
function accessFrom(ranges: readonly string[]): EndpointAccess {
  if (ranges.length === 0) return EndpointAccess.PRIVATE;
  const both = EndpointAccess.PUBLIC_AND_PRIVATE;
  return ranges.includes(everywhere) ? both : both.onlyFrom(...ranges);
}
