import type { Colour } from './colour.ts';

/** Where a colour's cluster is reached. */
export interface ClusterLocation {
  readonly name: string;
  /** Kubeconfig file. @default - `KUBECONFIG`, else `~/.kube/config` */
  readonly kubeconfig?: string;
  /** Context in the kubeconfig. @default - a token for the EKS cluster `name` is made with `aws eks get-token` */
  readonly context?: string;
  /** EKS API server, `https://…`. Needed where there is no context. */
  readonly endpoint?: string;
  /** Base64 PEM. Needed where there is no context. */
  readonly certificateAuthority?: string;
}

/** Where a colour's entrance is reached. */
export interface EntranceLocation {
  /** The NLB's ARN: what an endpoint of the accelerator is called. */
  readonly arn: string;
  /** Listener port of the fleet → `host:port` to dial. */
  readonly addresses: Readonly<Record<string, string>>;
  /** URL that answers for Elastic Load Balancing. @default - AWS's, in the region */
  readonly controlPlane?: string;
}

export interface ColourLocation {
  readonly cluster: ClusterLocation;
  readonly entrance: EntranceLocation;
}

export interface RegionLocation {
  readonly region: string;
  readonly endpointGroupArn: string;
  readonly colours: Readonly<Record<Colour, ColourLocation>>;
}

export interface AcceleratorLocation {
  readonly arn: string;
  readonly listenerArn: string;
  /** Listener port of the fleet → `host:port` to dial. */
  readonly addresses: Readonly<Record<string, string>>;
  /** URL of the control plane. @default - AWS's, in us-west-2 */
  readonly controlPlane?: string;
}

/** The DynamoDB table that holds journal, lease and mailbox of the fleet's cutovers. */
export interface JournalLocation {
  readonly table: string;
  /** AWS region of the table. */
  readonly region: string;
  /** URL that answers for DynamoDB. @default - AWS's, in the region */
  readonly endpoint?: string;
}

/** Leads from a fleet to its live parts. One schema, whoever wrote it. */
export interface Locator {
  readonly apiVersion: 'zeroshift/v1';
  readonly kind: 'Locator';
  /** The fleet's name. */
  readonly fleet: string;
  readonly accelerator: AcceleratorLocation;
  readonly regions: readonly RegionLocation[];
  /** @default - journals are files on this machine */
  readonly journal?: JournalLocation;
}
