import type { KourierConfig } from '../../constructs/kourier/config-keys.ts';
import type { BindingController, TargetGroup } from '../../constructs/kourier/target-group-binding.ts';
import type { DomainMappingProps } from '../../constructs/service/domain-mapping.ts';
import type { KnativeServiceProps } from '../../constructs/service/service-props.ts';
import type { KubeObject } from '../clusters/cluster-port.ts';
import type { ServingConfigProps } from '../validation/config-keys.ts';
import type {
  Alarms,
  ClustersInput,
  EntranceTls,
  FlowLogsInput,
  HostAlias,
  OperatorsInput,
} from './aws-definition.ts';
import type { GatesInput } from './cutover-gates.ts';
import type { HandsOnInput } from './cutover-hands.ts';
import type { DurationText } from './duration.ts';
import type {
  ExistingColour,
  ExistingNetwork,
  MigrationDefinition,
  NewNetwork,
  RehearsalOptions,
} from './fleet.ts';

/** A fleet as a person writes it; `fleet.ts` says what becomes of it. The schema is held equal to it by a test. */
export interface FleetInput {
  /** Lower-case letters, digits, hyphens, a letter first, 1 to 20; the stacks and the accelerator are called by it. */
  readonly name: string;
  /** Services answer on `<service>.<namespace>.<domain>`: a host name in lower case with at least one dot. */
  readonly domain: string;
  /** At least one. */
  readonly regions: readonly RegionInput[];
  /** The accelerator's listener and the load balancers, the same for both colours. @default - ports 80 and 443 */
  readonly entrance?: EntranceInput;
  /** @default - a new one */
  readonly accelerator?: AcceleratorInput;
  /** What both clusters of every region have in common. @default - EKS Auto Mode */
  readonly clusters?: ClustersInput;
  /** Who operates the fleet. @default - nobody but the account's own administrators */
  readonly operators?: OperatorsInput;
  /** Region → SNS topic that its alarms go to. @default - alarms that nobody is told of */
  readonly alarms?: Alarms;
  /** The two clusters of each region. Which one is live is not said here: the weights say it. */
  readonly colours: {
    readonly blue: ColourInput;
    readonly green: ColourInput;
  };
  /**
   * Services and plain Kubernetes objects, or the name of a folder, relative to the file of the definition, whose
   * TypeScript and YAML files hold them. @default - none
   */
  readonly services?: string | readonly ServiceInput[];
  /** Hosts of their own for services. @default - none */
  readonly domainMappings?: readonly DomainMappingProps[];
  /** `synth` writes an ApplicationSet for Argo CD. @default - none */
  readonly gitops?: GitOpsInput;
  /** How traffic moves from one colour to the other, and what stops it. */
  readonly cutover?: CutoverInput;
  /** What is another on the other colour, and how often workloads run. @default - everything moves as it is */
  readonly migration?: Partial<MigrationDefinition>;
  /** Matters to `zeroshift rehearse` only. */
  readonly rehearsal?: Partial<RehearsalOptions>;
}

/** A typed service: the props of `zeroshift/constructs/service`. */
export type TypedService = KnativeServiceProps & { readonly apiVersion?: never; readonly kind?: never };

/** Any Kubernetes object, as YAML would have it. */
export interface KubernetesObject extends KubeObject {
  readonly name?: never;
  readonly image?: never;
  readonly containers?: never;
}

/** Something that runs on both colours. An object of Kubernetes is told by its `apiVersion`. */
export type ServiceInput = TypedService | KubernetesObject;

export interface RegionInput {
  /** AWS region, such as `eu-west-1`; each once. */
  readonly name: string;
  /** AWS account of twelve digits, as text. */
  readonly account: string;
  /** Two zones of the region or more, such as `eu-west-1a`. */
  readonly availabilityZones: readonly string[];
  /** A new VPC of this range, or a team's own. @default - a new one: 10.0.0.0/16 */
  readonly network?: NewNetwork | ExistingNetwork;
}

export interface EntranceInput {
  /** At most 10: 80 and 443 lead to the gateway, `{ port, service }` to a plain Service. @default [80, 443] */
  readonly ports?: readonly (80 | 443 | PlainPortInput)[];
  /** TCP idle time of the load balancers, 340s (the accelerator's own) to 6000s. @default 350s */
  readonly idleTimeout?: DurationText;
  /** How long a target that was taken away keeps its flows, at most 3600s. @default 300s */
  readonly deregistrationDelay?: DurationText;
  /** Between two health checks of a target, 5s to 300s. @default 10s */
  readonly healthCheckInterval?: DurationText;
  /** TLS at port 443 by the load balancers, with certificates of ACM. @default - by the gateway */
  readonly tls?: EntranceTls;
  /** Whether pods see the addresses of clients; not with `tls` or `dual-stack`. @default 'hidden' */
  readonly clientAddress?: 'hidden' | 'preserved';
  /** Of the load balancers themselves. @default 'ipv4' */
  readonly addresses?: 'ipv4' | 'dual-stack';
}

/** A port of the entrance that leads past Knative. */
export interface PlainPortInput {
  /** TCP port of the accelerator and the load balancers, 1 to 65535. */
  readonly port: number;
  /** Name of a Service among the fleet's Kubernetes objects. */
  readonly service: string;
  /** @default 'default' */
  readonly namespace?: string;
  /** The Service's port. @default - as `port` */
  readonly servicePort?: number;
  /** Answered by the pods where they take requests. @default - a TCP connection */
  readonly healthCheck?: {
    readonly protocol: 'tcp' | 'http';
    /** With `http` only. @default '/' */
    readonly path?: string;
  };
}

export interface AcceleratorInput {
  /** One that a team already has. @default - a new one */
  readonly existing?: { readonly acceleratorArn: string; readonly listenerArn: string };
  /** Whether all flows of a client go the same way. @default 'none' */
  readonly clientAffinity?: 'none' | 'source-ip';
  /** Of clients; AWS has no dual stack for targets of type ip, which ours are. @default 'ipv4' */
  readonly addresses?: 'ipv4' | 'dual-stack';
  /** To a bucket of yours. @default - none */
  readonly flowLogs?: FlowLogsInput;
  /** Host names in Route 53. @default - the names are led to the accelerator elsewhere */
  readonly alias?: HostAlias;
}

export interface ColourInput {
  /** Minor version of Kubernetes, as text: `1.34`. */
  readonly kubernetes: string;
  /** Release of Knative Serving and of its ingress: `1.23.0`. */
  readonly knative: string;
  /** Knative's config maps, each key as upstream names it. @default - upstream's defaults */
  readonly serving?: ServingInput;
  /** @default - bound by EKS Auto Mode to the target groups that the stacks make */
  readonly ingress?: IngressInput;
  /** Region → parts that a team already has. @default - none */
  readonly existing?: Readonly<Record<string, ExistingColour>>;
}

export interface ServingInput extends ServingConfigProps {
  readonly activator?: {
    /**
     * How long an activator may finish the requests that it holds once it is told to stop, whole seconds, 1s to 1d; no
     * request may take longer. @default 600s
     */
    readonly terminationGracePeriod?: DurationText;
  };
  readonly controller?: {
    /** Calls a second that it may make to the API server with each of its clients, 1 to 10000. @default - Knative's: 45 */
    readonly apiCallsPerSecond?: number;
  };
}

export interface IngressInput {
  /** Who registers pods with the entrance's target groups. @default 'eks-auto-mode' */
  readonly controller?: BindingController;
  /** Port of the entrance → its target group, for an entrance that the team has already. @default - by the names of the stacks */
  readonly targetGroups?: Readonly<Record<string, TargetGroup>>;
  /** Envoy's image, best by digest. @default - the release's patch version */
  readonly gatewayImage?: string;
  /** How long the gateway keeps idle connections, whole seconds, 1s to 1d. @default - as long as the entrance's times allow */
  readonly gatewayIdle?: DurationText;
  /** `config-kourier`, each key as upstream names it. @default - upstream's defaults */
  readonly config?: KourierConfig;
}

export interface GitOpsInput {
  /** URL of the Git repository that holds the manifests. */
  readonly repository: string;
  /** Folder of the repository that `synth` writes to. @default 'dist' */
  readonly path?: string;
  /** Branch, tag or commit. @default 'HEAD' */
  readonly revision?: string;
  /** Project of Argo CD. @default 'default' */
  readonly project?: string;
  /** Namespace of Argo CD. @default 'argocd' */
  readonly namespace?: string;
}

export interface CutoverInput extends HandsOnInput {
  /** Shares of the target in percent, rising, halves allowed, the last one 100. @default [5, 25, 50, 100] */
  readonly steps?: readonly number[];
  /** How long each share is watched before its gates decide, at most 24d. @default 5m */
  readonly bake?: DurationText;
  /** How long an inconclusive step goes on watching before the cutover holds, at least `bake`, at most 24d. @default 15m */
  readonly patience?: DurationText;
  /** How long the target is watched at 100 % before `finalize` may follow, at most 24d. @default 1h */
  readonly hold?: DurationText;
  /** What the target must prove at each share. */
  readonly gates?: GatesInput;
  /** How long the source keeps its old flows. */
  readonly drain?: {
    /** Time without a request that counts as empty, at most 1d. @default 60s */
    readonly quiet?: DurationText;
    /** The longest wait for old flows to end, at most 1d. @default 25m */
    readonly timeout?: DurationText;
  };
  /** How long the accelerator may take for a change, at most 1d. @default 15m */
  readonly deployTimeout?: DurationText;
  /** How long services and pods may take to be ready, at most 1d. @default 10m */
  readonly readyTimeout?: DurationText;
  /**
   * How many pods the floors may start at once in a region, so many that are not ready yet, 1 to 1 000: a registry limits
   * how much is pulled at a time. @default 20
   */
  readonly podsAtOnce?: number;
}
