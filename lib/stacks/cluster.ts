import { type ISecurityGroup, type IVpc, Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import {
  AccessPolicy,
  AccessScopeType,
  ClusterLoggingTypes,
  Cluster as EksCluster,
  KubernetesVersion,
} from 'aws-cdk-lib/aws-eks-v2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { RemovalPolicy, Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

export interface ClusterProps {
  readonly clusterName: string;
  /** Minor version, such as `1.34`. */
  readonly kubernetes: string;
  readonly vpc: IVpc;
  /** ARNs of IAM roles or users that administer the cluster. @default - the deploying role alone */
  readonly admins?: readonly string[];
}

/** The port on which the control plane calls Knative's webhook. */
const webhookPort = 8443;

/** One colour's EKS cluster, in Auto Mode and without a kubectl layer: what runs in it comes from manifests. */
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
      clusterLogging: Object.values(ClusterLoggingTypes),
      // Nothing is left to decrypt when the cluster has gone, so the key goes with it, after KMS's waiting time.
      secretsEncryptionKey: new Key(this, 'SecretsKey', {
        description: `secrets of the EKS cluster ${props.clusterName}`,
        enableKeyRotation: true,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      outputConfigCommand: false,
    });
    Validations.of(cluster).acknowledge({
      id: 'CloudFormation-Validate::W9009',
      reason: 'aws-eks-v2 names the resources to encrypt; EKS takes that, though it now encrypts all of them',
    });
    const adminPolicy = AccessPolicy.fromAccessPolicyName('AmazonEKSClusterAdminPolicy', {
      accessScopeType: AccessScopeType.CLUSTER,
    });
    // The principal is in the id, so that a list in another order changes nothing.
    for (const principal of props.admins ?? [])
      cluster.grantAccess(`Admin-${principal}`, principal, [adminPolicy]);
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
