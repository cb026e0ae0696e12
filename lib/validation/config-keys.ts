/**
 * The keys that Knative Serving reads from its config maps: one table a map, each key with its kind, the value that holds
 * without it, and its meaning. The props' types, their checks and the page of all keys follow from it.
 */
import { autoscalerKeys } from './config-keys/autoscaler.ts';
import { certManagerKeys } from './config-keys/cert-manager.ts';
import { defaultsKeys } from './config-keys/defaults.ts';
import { deploymentKeys } from './config-keys/deployment.ts';
import { featuresKeys } from './config-keys/features.ts';
import { gcKeys } from './config-keys/gc.ts';
import type { ConfigKey, Written } from './config-keys/kinds.ts';
import { type LeasePrefixes, leaderElectionKeys } from './config-keys/leader-election.ts';
import { loggingKeys } from './config-keys/logging.ts';
import { networkKeys } from './config-keys/network.ts';
import { observabilityKeys } from './config-keys/observability.ts';

export type { ConfigKey };

/** By map. Keys of `config-domain` are domains, so it is not here; `config-tracing` has none any more. */
export const configKeys = {
  'config-autoscaler': autoscalerKeys,
  'config-defaults': defaultsKeys,
  'config-features': featuresKeys,
  'config-deployment': deploymentKeys,
  'config-gc': gcKeys,
  'config-leader-election': leaderElectionKeys,
  'config-logging': loggingKeys,
  'config-network': networkKeys,
  'config-observability': observabilityKeys,
  'config-tracing': {},
  'config-certmanager': certManagerKeys,
} as const satisfies Readonly<Record<string, Readonly<Record<string, ConfigKey>>>>;

/** A config map whose keys are known. */
export type ConfigMapName = keyof typeof configKeys;

export interface AutoscalerConfig extends Written<typeof autoscalerKeys> {}
export interface CertManagerConfig extends Written<typeof certManagerKeys> {}
export interface DefaultsConfig extends Written<typeof defaultsKeys> {}
export interface DeploymentConfig extends Written<typeof deploymentKeys> {}
export interface FeaturesConfig extends Written<typeof featuresKeys> {}
export interface GcConfig extends Written<typeof gcKeys> {}
export type LeaderElectionConfig = Written<typeof leaderElectionKeys> & LeasePrefixes;
export interface LoggingConfig extends Written<typeof loggingKeys> {}
export interface NetworkConfig extends Written<typeof networkKeys> {}
export interface ObservabilityConfig extends Written<typeof observabilityKeys> {}

/** What a domain may say of itself. */
export interface DomainConfig {
  /** Labels of the services that are below it; of several domains the closest match counts. @default - all other services */
  readonly selector?: Readonly<Record<string, string>>;
  /** Whether namespaces get one certificate for all hosts below it. @default - as a domain without selector does */
  readonly type?: 'wildcard';
}

/** The config maps of Serving as props: each key as Knative names it. What is left out has Knative's default. */
export interface ServingConfigProps {
  /** How services scale. @default - Knative's defaults */
  readonly autoscaler?: AutoscalerConfig;
  /** Who signs certificates. @default - Knative's defaults */
  readonly certManager?: CertManagerConfig;
  /** What a service has that does not say. @default - Knative's defaults */
  readonly defaults?: DefaultsConfig;
  /** The queue-proxy, and the Deployment of a revision. @default - Knative's defaults */
  readonly deployment?: DeploymentConfig;
  /** Domain → which services are below it; `{}` for all others. @default - every service stays inside its cluster */
  readonly domain?: Readonly<Record<string, DomainConfig>>;
  /** What services may use. @default - Knative's defaults */
  readonly features?: FeaturesConfig;
  /** Which old revisions go. @default - Knative's defaults */
  readonly gc?: GcConfig;
  /** Which replica of a part acts. @default - Knative's defaults */
  readonly leaderElection?: LeaderElectionConfig;
  /** What the parts of Serving write. @default - Knative's defaults */
  readonly logging?: LoggingConfig;
  /** Ingress, host names, TLS. @default - Knative's defaults, so Istio's ingress class */
  readonly network?: NetworkConfig;
  /** Logs of requests, metrics, traces, profiles. @default - Knative's defaults */
  readonly observability?: ObservabilityConfig;
}

/** Prop → the map that it is written to. */
export const configMapOf = {
  autoscaler: 'config-autoscaler',
  certManager: 'config-certmanager',
  defaults: 'config-defaults',
  deployment: 'config-deployment',
  domain: 'config-domain',
  features: 'config-features',
  gc: 'config-gc',
  leaderElection: 'config-leader-election',
  logging: 'config-logging',
  network: 'config-network',
  observability: 'config-observability',
} as const satisfies Record<keyof ServingConfigProps, string>;

/** A map as a prop names it: `autoscaler` for `config-autoscaler`. */
export type ConfigPropName = keyof typeof configMapOf;
