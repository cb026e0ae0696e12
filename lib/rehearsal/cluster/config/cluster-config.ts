import {
  type AutoscalerConfig,
  autoscalerConfig,
  defaultAutoscalerConfig,
} from '../../../autoscaling/index.ts';
import { readEmbeddedYaml } from '../../../manifests/index.ts';
import type { StringMap } from '../objects/index.ts';

/** Knative's configuration of one cluster. Times are in milliseconds unless the name says otherwise. */
export interface ClusterConfig {
  readonly autoscaler: AutoscalerConfig;
  readonly defaults: DefaultsConfig;
  readonly domains: readonly Domain[];
  readonly network: NetworkConfig;
  readonly progressDeadline: number;
  readonly queueSidecarImage: string;
  readonly features: StringMap;
}

export interface DefaultsConfig {
  readonly revisionTimeoutSeconds: number;
  readonly maxRevisionTimeoutSeconds: number;
  readonly containerConcurrency: number;
  readonly containerConcurrencyMaxLimit: number;
  readonly allowContainerConcurrencyZero: boolean;
  readonly enableServiceLinks: boolean | undefined;
  /** Quantities by the names `cpu`, `memory` and `ephemeral-storage`. */
  readonly requests: StringMap;
  readonly limits: StringMap;
}

/** A domain, and the labels of the routes that get it; no labels is every route. */
export interface Domain {
  readonly name: string;
  readonly selector: StringMap;
}

export interface NetworkConfig {
  readonly domainTemplate: string;
  readonly tagTemplate: string;
  readonly ingressClass: string;
  readonly defaultExternalScheme: string;
  readonly autocreateClusterDomainClaims: boolean;
}

/** Where Knative Serving and its configuration live. */
export const servingNamespace = 'knative-serving';

/** Reads all maps. `data` gives a map's entries, or undefined where there is no such map. */
export function readConfig(data: (name: string) => StringMap | undefined): ClusterConfig {
  const network = data('config-network') ?? {};
  const deployment = data('config-deployment') ?? {};
  return {
    autoscaler: readAutoscaler(data('config-autoscaler') ?? {}),
    defaults: readDefaults(data('config-defaults') ?? {}),
    domains: readDomains(data('config-domain') ?? {}),
    network: {
      domainTemplate: network['domain-template'] ?? '{{.Name}}.{{.Namespace}}.{{.Domain}}',
      tagTemplate: network['tag-template'] ?? '{{.Tag}}-{{.Name}}',
      ingressClass: network['ingress-class'] ?? 'istio.ingress.networking.knative.dev',
      defaultExternalScheme: network['default-external-scheme'] ?? 'http',
      autocreateClusterDomainClaims: isTrue(network['autocreate-cluster-domain-claims']),
    },
    progressDeadline: secondsOf(deployment['progress-deadline'], 600) * 1000,
    queueSidecarImage: deployment['queue-sidecar-image'] ?? 'queue-proxy',
    features: data('config-features') ?? {},
  };
}

/** A map that cannot be read leaves upstream's defaults: its webhook would have refused it. */
function readAutoscaler(data: StringMap): AutoscalerConfig {
  try {
    return autoscalerConfig(data);
  } catch {
    return defaultAutoscalerConfig;
  }
}

function readDefaults(data: StringMap): DefaultsConfig {
  const links = data['enable-service-links'];
  return {
    revisionTimeoutSeconds: numberOf(data['revision-timeout-seconds'], 300),
    maxRevisionTimeoutSeconds: numberOf(data['max-revision-timeout-seconds'], 600),
    containerConcurrency: numberOf(data['container-concurrency'], 0),
    containerConcurrencyMaxLimit: numberOf(data['container-concurrency-max-limit'], 1000),
    allowContainerConcurrencyZero: data['allow-container-concurrency-zero'] !== 'false',
    enableServiceLinks: links === 'default' ? undefined : isTrue(links),
    requests: quantities(data, 'request'),
    limits: quantities(data, 'limit'),
  };
}

const quantities = (data: StringMap, which: string): StringMap =>
  Object.fromEntries(
    ['cpu', 'memory', 'ephemeral-storage'].flatMap((name) => {
      const value = data[`revision-${name}-${which}`];
      return value === undefined ? [] : [[name, value]];
    }),
  );

/** Values are empty, or a small YAML document with a `selector`. */
function readDomains(data: StringMap): Domain[] {
  return Object.entries(data)
    .filter(([name]) => name !== '_example')
    .map(([name, value]) => ({ name, selector: selectorOf(value) }));
}

/** Labels as text; none where the value cannot be read, which upstream's webhook would have refused. */
function selectorOf(yaml: string): StringMap {
  try {
    const options = readEmbeddedYaml(yaml) as { readonly selector?: StringMap } | null;
    const labels = Object.entries(options?.selector ?? {});
    return Object.fromEntries(labels.map(([label, value]) => [label, String(value)]));
  } catch {
    return {};
  }
}

const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true';

const numberOf = (value: string | undefined, otherwise: number): number =>
  value === undefined || value.trim() === '' || Number.isNaN(Number(value)) ? otherwise : Number(value);

const secondsOf = (value: string | undefined, otherwise: number): number => {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value ?? '') ?? [];
  return amount === undefined ? otherwise : Number(amount) * ({ ms: 0.001, s: 1, m: 60, h: 3600 }[unit] ?? 1);
};
