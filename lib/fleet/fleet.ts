import type { DomainMappingProps } from '../../constructs/service/domain-mapping.ts';
import type { KnativeServiceProps } from '../../constructs/service/knative-service.ts';
import type { Colour } from './colour.ts';
import type { Duration } from './duration.ts';

/** The fleet after validation: complete, with every default filled in, and frozen. Everything is derived from it. */
export interface Fleet {
  readonly name: string;
  /** Services answer on hosts below this domain. */
  readonly domain: string;
  readonly regions: readonly Region[];
  readonly entrance: Entrance;
  readonly accelerator: Accelerator;
  readonly colours: Readonly<Record<Colour, ColourDefinition>>;
  readonly services: readonly KnativeServiceProps[];
  readonly domainMappings: readonly DomainMappingProps[];
  readonly cutover: CutoverPolicy;
  readonly rehearsal: RehearsalOptions;
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
  readonly ports: readonly number[];
  /** The NLB's TCP idle time-out, at least the accelerator's 340 s. */
  readonly idleTimeout: Duration;
  /** How long a target that was taken away keeps its flows. */
  readonly deregistrationDelay: Duration;
  readonly healthCheckInterval: Duration;
}

export interface Accelerator {
  /** An accelerator that a team already has. */
  readonly existing?: { readonly acceleratorArn: string; readonly listenerArn: string };
  readonly clientAffinity: 'none' | 'source-ip';
}

export interface ColourDefinition {
  /** Minor version, such as `1.34`. */
  readonly kubernetes: string;
  /** Knative Serving release, such as `1.23.0`. */
  readonly knative: string;
  readonly serving: ServingOptions;
  /** Per region: parts that a team already has. */
  readonly existing: Readonly<Record<string, ExistingColour>>;
}

export interface ExistingColour {
  readonly clusterName?: string;
  readonly entranceArn?: string;
}

/** Knative's config maps of a colour, key by key as upstream names them. */
export interface ServingOptions {
  readonly autoscaler: Readonly<Record<string, string>>;
  readonly defaults: Readonly<Record<string, string>>;
  readonly deployment: Readonly<Record<string, string>>;
  readonly features: Readonly<Record<string, string>>;
  readonly network: Readonly<Record<string, string>>;
}

export interface CutoverPolicy {
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
}

export interface Gates {
  /** Least success rate of the target's requests, 0–1. */
  readonly minSuccessRate: number;
  /** Greatest p99 of the target as a multiple of the source's at the same time. */
  readonly maxLatencyRatio: number;
  /** p99 up to here passes whatever the ratio says. */
  readonly latencyFloor: Duration;
  /** Greatest distance, in percentage points, between the share that arrived and the share that was asked for. */
  readonly shareTolerance: number;
  /** Fewer requests than this at the target are inconclusive. */
  readonly minSamples: number;
}

export interface DrainPolicy {
  /** Quiet time without a request that counts as empty. */
  readonly quiet: Duration;
  /** The longest wait for established flows to end. */
  readonly timeout: Duration;
}
