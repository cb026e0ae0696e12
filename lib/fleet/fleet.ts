import type { KourierConfig } from '../../constructs/kourier/config-keys.ts';
import type { BindingController, TargetGroup } from '../../constructs/kourier/target-group-binding.ts';
import type { DomainMappingProps } from '../../constructs/service/domain-mapping.ts';
import type { KnativeServiceProps } from '../../constructs/service/knative-service.ts';
import type { KubeObject } from '../clusters/cluster-port.ts';
import type { ServingConfigProps } from '../validation/config-keys.ts';
import type { Alarms, Clusters, EntranceTls, FlowLogs, HostAlias, Operators } from './aws-definition.ts';
import type { Colour } from './colour.ts';
import type { Gates } from './cutover-gates.ts';
import type { HandsOn } from './cutover-hands.ts';
import type { Duration } from './duration.ts';

/** The fleet after validation: complete, with every default filled in, and frozen. Everything is derived from it. */
export interface Fleet {
  readonly name: string;
  /** Services answer on hosts below this domain. */
  readonly domain: string;
  readonly regions: readonly Region[];
  readonly entrance: Entrance;
  readonly accelerator: Accelerator;
  readonly clusters: Clusters;
  readonly operators: Operators;
  /** @default - alarms that nobody is told of */
  readonly alarms?: Alarms;
  readonly colours: Readonly<Record<Colour, ColourDefinition>>;
  /** The typed ones; those that are written as manifests are among `manifests`. */
  readonly services: readonly KnativeServiceProps[];
  readonly domainMappings: readonly DomainMappingProps[];
  /** Plain objects, which go to both colours as they are. */
  readonly manifests: readonly FleetManifest[];
  /** Where the typed services and mappings stand, one for each, for whoever has to mend one. */
  readonly sources: FleetSources;
  /** @default - no Argo CD */
  readonly gitops?: GitOpsDefinition;
  readonly cutover: CutoverPolicy;
  /** @default - everything moves as it is */
  readonly migration?: MigrationDefinition;
  readonly rehearsal: RehearsalOptions;
}

/** A Kubernetes object of the fleet: Knative's own kinds, and plain workloads beside them. */
export interface FleetManifest {
  readonly object: KubeObject;
  /** Where it stands: `services/cart.yaml:12`, `services/cart.ts: cart`, or `services[3]`. */
  readonly source: string;
  /** Where a field such as `spec.replicas` stands, or the nearest part above it. @default - what has no lines is at `source` */
  readonly placeOf?: (field: string) => string;
}

/** Places such as `services/shop.ts: services[2]` or `services[2]`. */
export interface FleetSources {
  readonly services: readonly string[];
  readonly domainMappings: readonly string[];
}

/** Where Argo CD finds the manifests, and how it is set up. */
export interface GitOpsDefinition {
  /** URL of the Git repository that holds the manifests. */
  readonly repository: string;
  /** Folder of the repository that `synth` writes to. */
  readonly path: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Project of Argo CD. */
  readonly project: string;
  /** Namespace of Argo CD. */
  readonly namespace: string;
}

/** What people know of a migration and no cluster says. */
export interface MigrationDefinition {
  /** Applied to every object, in this order. */
  readonly rewrites: readonly Rewrite[];
  /** The first that fits a workload counts. */
  readonly workloads: readonly WorkloadRule[];
}

/** What must be another on the other colour: exactly one of `registries`, `roleArns`, `hosts`, `annotations`, `objects`. */
export interface Rewrite {
  /** What a difference calls it. @default - what it rewrites, such as `registries` */
  readonly name?: string;
  /** Only on the way to this colour. @default - to both */
  readonly to?: Colour;
  /** Beginning of an image's name, up to a `/`, `:`, `@` or its end → what stands there instead. */
  readonly registries?: Readonly<Record<string, string>>;
  /** Role that an account names in `eks.amazonaws.com/role-arn` → the role there. */
  readonly roleArns?: Readonly<Record<string, string>>;
  /** Host, or domain that hosts lie below → the one there; of mappings, claims, ingresses and certificates. */
  readonly hosts?: Readonly<Record<string, string>>;
  readonly annotations?: AnnotationRewrite;
  /** Anything else; of Secrets it sees no values. It keeps kind and namespace, and gives the same for the same. */
  readonly objects?: (object: KubeObject, context: RewriteContext) => KubeObject;
}

export interface AnnotationRewrite {
  /** @default - every kind */
  readonly kinds?: readonly string[];
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface RewriteContext {
  readonly from: Colour;
  readonly to: Colour;
  readonly region: string;
}

/** How often a workload runs while both colours are up: on both, on one only, or not at all on the other. */
export type Runs = 'serving' | 'singleton' | 'skip';

/** Says how often workloads run: either one by `name`, or all with the labels of `selector`. */
export interface WorkloadRule {
  /** Such as `CronJob`. */
  readonly kind: string;
  /** @default - in every namespace */
  readonly namespace?: string;
  readonly name?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly runs: Runs;
}

export interface RehearsalOptions {
  /** Earlier versions of services, applied first: a split that pins revisions needs the templates that made them. */
  readonly history: readonly KnativeServiceProps[];
  /** `namespace/service` → its part of the load, relative to the others'. Default 10, and hardly any at zero. */
  readonly load: Readonly<Record<string, number>>;
}

export interface Region {
  /** AWS region, such as `eu-west-1`. */
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
  readonly availabilityZones: readonly string[];
  readonly network: NewNetwork | ExistingNetwork;
}

export interface NewNetwork {
  /** The VPC's range; room for two clusters at once. */
  readonly cidr: string;
}

/** A VPC that a team already has. */
export interface ExistingNetwork {
  readonly existing: {
    readonly vpcId: string;
    readonly publicSubnetIds: readonly string[];
    readonly privateSubnetIds: readonly string[];
  };
}

/** The same for both colours: the accelerator's listener holds all of these ports, so that they move together. */
export interface Entrance {
  /** All of the listener's ports, in the order of the definition. */
  readonly ports: readonly number[];
  /** Those of `ports` that lead to a plain Service; the others lead to the gateway. */
  readonly plainPorts: readonly PlainPort[];
  /** The NLB's TCP idle time-out, at least the accelerator's 340 s. */
  readonly idleTimeout: Duration;
  /** How long a target that was taken away keeps its flows. */
  readonly deregistrationDelay: Duration;
  readonly healthCheckInterval: Duration;
  /** TLS at port 443 by the load balancers. @default - TCP goes through to the gateway, which has the certificate */
  readonly tls?: EntranceTls;
  /** Whether pods see the addresses of clients. With `preserved`, a weight is a tendency. */
  readonly clientAddress: 'hidden' | 'preserved';
  /** Of the load balancers, for clients that do not come by the accelerator; the accelerator's is IPv4. */
  readonly addresses: 'ipv4' | 'dual-stack';
}

/** A port of the entrance that leads to a plain Service, with a target group of its own. */
export interface PlainPort {
  readonly port: number;
  readonly namespace: string;
  /** A Service of the fleet's manifests. */
  readonly service: string;
  /** One of its ports. */
  readonly servicePort: number;
  readonly healthCheck: PlainHealthCheck;
}

/** How the load balancer asks a pod whether it takes requests, at the port that takes them. */
export type PlainHealthCheck =
  | { readonly protocol: 'tcp' }
  | { readonly protocol: 'http'; readonly path: string };

export interface Accelerator {
  /** An accelerator that a team already has. */
  readonly existing?: { readonly acceleratorArn: string; readonly listenerArn: string };
  readonly clientAffinity: 'none' | 'source-ip';
  /** Of clients. With entrances like ours AWS has IPv4 only. */
  readonly addresses: 'ipv4' | 'dual-stack';
  /** @default - none */
  readonly flowLogs?: FlowLogs;
  /** @default - the names are led to the accelerator elsewhere */
  readonly alias?: HostAlias;
}

export interface ColourDefinition {
  /** Minor version, such as `1.34`. */
  readonly kubernetes: string;
  /** Knative Serving release, such as `1.23.0`. */
  readonly knative: string;
  readonly serving: ServingOptions;
  /** @default - bound by EKS Auto Mode to the target groups that the stacks make */
  readonly ingress?: IngressDefinition;
  /** Per region: parts that a team already has. */
  readonly existing: Readonly<Record<string, ExistingColour>>;
}

/** What a colour says of its ingress. */
export interface IngressDefinition {
  /** Who registers pods with the entrance's target groups. @default 'eks-auto-mode' */
  readonly controller?: BindingController;
  /** Target groups by the entrance's port, for an entrance that the team has already. @default - by the names of the stacks */
  readonly targetGroups?: Readonly<Record<string, TargetGroup>>;
  /** Envoy's image, best by digest. @default - the release's patch version */
  readonly gatewayImage?: string;
  /** How long the gateway keeps idle connections. @default - as long as the entrance's times allow */
  readonly gatewayIdle?: Duration;
  /** `config-kourier`, each key as upstream names it. @default - upstream's defaults */
  readonly config?: KourierConfig;
}

export interface ExistingColour {
  /** A cluster made by any tool; reached by `endpoint` and `certificateAuthority`, or by `context`. */
  readonly clusterName?: string;
  /** Its API server, `https://…`. */
  readonly endpoint?: string;
  /** Base64, as EKS tells it. */
  readonly certificateAuthority?: string;
  /** Of the operator's kubeconfig. */
  readonly context?: string;
  /** An NLB. */
  readonly entranceArn?: string;
}

/**
 * Knative's config maps of a colour, key by key as Knative names them. The fleet's domain is one of `domain` already;
 * others say by their selectors which services are theirs.
 */
export interface ServingOptions extends Required<ServingConfigProps> {
  readonly activator: {
    /** How long it may finish requests once it is told to stop; at least the longest that a service may ask for. */
    readonly terminationGracePeriod: Duration;
  };
  readonly controller: {
    /** Calls a second that it may make to the API server with each of its clients. @default - Knative's: 45 */
    readonly apiCallsPerSecond?: number;
  };
}

export interface CutoverPolicy extends HandsOn {
  /** Shares of the target in percent, rising, the last one 100. Half percents are allowed. */
  readonly steps: readonly number[];
  /** How long each step is watched before its gates decide. */
  readonly bake: Duration;
  /** How long an inconclusive step goes on waiting for samples before the cutover holds. */
  readonly patience: Duration;
  /** How long the target is watched at 100 % before `finalize` may follow. */
  readonly hold: Duration;
  readonly gates: Gates;
  readonly drain: DrainPolicy;
  /** How long a change of the accelerator may take until it is DEPLOYED. */
  readonly deployTimeout: Duration;
  /** How long a migrated service may take until it is Ready. */
  readonly readyTimeout: Duration;
  /** How many pods the floors may start at once in a region: so many that are not ready yet. */
  readonly podsAtOnce: number;
}

export interface DrainPolicy {
  /** Quiet time without a request that counts as empty. */
  readonly quiet: Duration;
  /** The longest wait for established flows to end. */
  readonly timeout: Duration;
}
