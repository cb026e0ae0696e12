/** What a fleet says of AWS beside its entrance: who may do what, what clusters run on, what watches them. */

/** The same for both colours, so that they do not differ. */
export interface Clusters {
  /** ARNs of IAM roles or users that administer every cluster. */
  readonly admins: readonly string[];
  /** EKS Auto Mode, or a managed node group. */
  readonly nodes: 'auto' | ManagedNodes;
  /** Ranges from which the API server is reached from outside of the VPC; none: from inside alone. */
  readonly publicAccess: readonly string[];
  /** Service accounts with IAM roles by EKS Pod Identity, in both colours and every region. */
  readonly podIdentities: readonly PodIdentity[];
}

/** A node group that EKS manages. Targets are then registered by an AWS Load Balancer Controller, which the team installs. */
export interface ManagedNodes {
  /** Such as `m7g.large`; all of one processor architecture. */
  readonly instanceTypes: readonly string[];
  readonly min: number;
  readonly max: number;
  /** GiB of a node's disk. */
  readonly diskSize: number;
}

export interface PodIdentity {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Its trust policy lets `pods.eks.amazonaws.com` in: one policy for both colours, whatever their issuers are. */
  readonly roleArn: string;
}

/** Who operates the fleet: runs `zeroshift`, on a laptop or in a pipeline. */
export interface Operators {
  /** ARNs of IAM roles or users that may take the operator's role. None: there is no role. */
  readonly principals: readonly string[];
}

/** Where alarms go. */
export interface Alarms {
  /** Region → ARN of an SNS topic there. Those of cutovers are in us-west-2. */
  readonly topics: Readonly<Record<string, string>>;
}

/** The load balancers hold the certificate, and pass on in the clear to the gateway in their own VPC. */
export interface EntranceTls {
  /** Region → ARN of the certificate in ACM there, one for every region of the fleet. */
  readonly certificates: Readonly<Record<string, string>>;
}

/** Flow logs of the accelerator: who came in where. */
export interface FlowLogs {
  /** An S3 bucket that lets `delivery.logs.amazonaws.com` write. */
  readonly bucket: string;
  /** Folder in the bucket. */
  readonly prefix: string;
}

/** Host names that lead to the accelerator, in a Route 53 zone of the same account. */
export interface HostAlias {
  readonly hostedZoneId: string;
  /** The zone's domain, such as `example.com`. */
  readonly zone: string;
  /** Whole host names, wildcards allowed, such as `*.shop.example.com`. */
  readonly hosts: readonly string[];
}

/** `clusters` as a person writes it. */
export interface ClustersInput {
  /** ARNs of IAM roles or users that administer every cluster. @default - the deploying role alone */
  readonly admins?: readonly string[];
  /** EKS Auto Mode, or a node group that EKS manages. @default 'auto' */
  readonly nodes?: 'auto' | ManagedNodesInput;
  /** Ranges from which the API server is reached from outside of the VPC; none: from inside alone. @default ['0.0.0.0/0'] */
  readonly publicAccess?: readonly string[];
  /** Service accounts with IAM roles, in both colours and every region. @default - none */
  readonly podIdentities?: readonly PodIdentity[];
}

export interface ManagedNodesInput {
  /** Such as `m7g.large`; all of one processor architecture. */
  readonly instanceTypes: readonly string[];
  /** 1 to 450. @default 3 */
  readonly min?: number;
  /** 1 to 450. @default 20 */
  readonly max?: number;
  /** GiB of a node's disk, 20 to 16 384. @default 50 */
  readonly diskSize?: number;
}

/** `operators` as a person writes it. */
export interface OperatorsInput {
  /** ARNs of IAM roles or users that may take the operator's role. @default - there is no role */
  readonly principals?: readonly string[];
}

/** `accelerator.flowLogs` as a person writes it. */
export interface FlowLogsInput {
  /** An S3 bucket that lets `delivery.logs.amazonaws.com` write. */
  readonly bucket: string;
  /** Folder in the bucket. @default 'accelerator' */
  readonly prefix?: string;
}
