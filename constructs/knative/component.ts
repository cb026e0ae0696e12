import { k8s } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { ResourcesProps } from '../service/index.ts';
import type { Release } from './releases/index.ts';
import type { TuningReason } from './tuning-reason.ts';

/** Where Knative Serving lives. Its parts find it by this name. */
export const servingNamespace = 'knative-serving';

/**
 * `upstream`: every object equals the released one. `default`: two replicas where one would block a node drain,
 * budgets that let one go, spread over zones.
 */
export type Tuning = 'upstream' | 'default';

/** What every running part of Serving takes. */
export interface ComponentProps {
  readonly release: Release;
  /** @default 'default' */
  readonly tuning?: Tuning;
  /** @default - upstream's for this part */
  readonly resources?: ResourcesProps;
  /** Labels of the nodes to run on. @default - any node */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /** Taints of nodes to put up with. @default - none */
  readonly tolerations?: readonly k8s.Toleration[];
}

/** Labels of an object of Serving. @param component for the parts that have one */
export const servingLabels = (release: Release, component?: string): Record<string, string> => ({
  'app.kubernetes.io/name': 'knative-serving',
  'app.kubernetes.io/version': release.version,
  ...(component === undefined ? {} : { 'app.kubernetes.io/component': component }),
});

/** Metadata of a namespaced object of a part. */
export const servingMetadata = (
  release: Release,
  name: string,
  component: string,
  labels: Readonly<Record<string, string>> = {},
) => ({ name, namespace: servingNamespace, labels: { ...servingLabels(release, component), ...labels } });

/** What is a part's own in its Deployment. */
export interface Component {
  readonly name: string;
  readonly image: string;
  readonly serviceAccount: string;
  /** Labels that select its pods. */
  readonly selector: Readonly<Record<string, string>>;
  /** Labels of the Deployment itself, beside those that every part has. @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  readonly resources: ResourcesProps;
  /** Variables before and after those that every part has. */
  readonly env?: { readonly before?: readonly k8s.EnvVar[]; readonly after?: readonly k8s.EnvVar[] };
  /** What it is told of its own pod, beside the namespace. */
  readonly knows: readonly ('name' | 'address')[];
  /** Beside metrics and profiling. */
  readonly ports: readonly k8s.ContainerPort[];
  readonly readinessProbe: k8s.Probe;
  readonly livenessProbe: k8s.Probe;
  /** Seconds. */
  readonly terminationGracePeriod?: number;
  readonly replicas?: number;
  readonly strategy?: k8s.DeploymentStrategy;
  /** Whether more than one of it runs, so that zones matter. */
  readonly spread: boolean;
}

export const field = (name: string, fieldPath: string): k8s.EnvVar => ({
  name,
  valueFrom: { fieldRef: { fieldPath } },
});

const variables = ({ env, knows }: Component): k8s.EnvVar[] => [
  ...(env?.before ?? []),
  ...(knows.includes('name') ? [field('POD_NAME', 'metadata.name')] : []),
  ...(knows.includes('address') ? [field('POD_IP', 'status.podIP')] : []),
  field('SYSTEM_NAMESPACE', 'metadata.namespace'),
  { name: 'CONFIG_LOGGING_NAME', value: 'config-logging' },
  { name: 'CONFIG_OBSERVABILITY_NAME', value: 'config-observability' },
  ...(env?.after ?? []),
];

export const quantities = (amounts: Readonly<Record<string, string>> = {}): Record<string, k8s.Quantity> =>
  Object.fromEntries(
    Object.entries(amounts).map(([resource, amount]) => [resource, k8s.Quantity.fromString(amount)]),
  );

/** What every container of Serving runs under. */
export const restricted: k8s.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

const apartByNode = (app: string): k8s.Affinity => ({
  podAntiAffinity: {
    preferredDuringSchedulingIgnoredDuringExecution: [
      {
        weight: 100,
        podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } },
      },
    ],
  },
});

/** Why a part with several pods differs from upstream's by default. */
export const spreadReasons: readonly TuningReason[] = [
  {
    kind: 'Deployment',
    path: 'spec.template.spec.topologySpreadConstraints',
    reason:
      'Upstream keeps pods apart by node only; a zone that fails would take all of them. A wish, so that a single zone still works.',
  },
];

const overZones = (matchLabels: Record<string, string>): k8s.TopologySpreadConstraint => ({
  maxSkew: 1,
  topologyKey: 'topology.kubernetes.io/zone',
  whenUnsatisfiable: 'ScheduleAnyway',
  labelSelector: { matchLabels },
});

/** The Deployment of a part: what all parts share, with what is its own. */
export function componentDeployment(
  scope: Construct,
  id: string,
  component: Component,
  props: ComponentProps,
): k8s.KubeDeployment {
  const { name, selector, replicas, strategy, terminationGracePeriod } = component;
  const { release, tuning = 'default', resources = component.resources, nodeSelector, tolerations } = props;
  const container: k8s.Container = {
    name,
    image: component.image,
    resources: { requests: quantities(resources.requests), limits: quantities(resources.limits) },
    env: variables(component),
    securityContext: restricted,
    ports: [
      { name: 'metrics', containerPort: 9090 },
      { name: 'profiling', containerPort: 8008 },
      ...component.ports,
    ],
    readinessProbe: component.readinessProbe,
    livenessProbe: component.livenessProbe,
  };
  return new k8s.KubeDeployment(scope, id, {
    metadata: servingMetadata(release, name, name, component.labels),
    spec: {
      ...(replicas === undefined ? {} : { replicas }),
      ...(strategy === undefined ? {} : { strategy }),
      selector: { matchLabels: { ...selector } },
      template: {
        metadata: { labels: { ...servingLabels(release, name), ...selector } },
        spec: {
          serviceAccountName: component.serviceAccount,
          affinity: apartByNode(name),
          ...(tuning === 'default' && component.spread
            ? { topologySpreadConstraints: [overZones({ ...selector })] }
            : {}),
          ...(nodeSelector === undefined ? {} : { nodeSelector: { ...nodeSelector } }),
          ...(tolerations === undefined ? {} : { tolerations: [...tolerations] }),
          containers: [container],
          ...(terminationGracePeriod === undefined
            ? {}
            : { terminationGracePeriodSeconds: terminationGracePeriod }),
        },
      },
    },
  });
}

/** A part's port on its Service; `targetPort` is the container's. */
export const servicePort = (name: string, port: number, targetPort = port): k8s.ServicePort => ({
  name,
  port,
  targetPort: k8s.IntOrString.fromNumber(targetPort),
});

/** The ports that every part's Service has. */
export const observedPorts: readonly k8s.ServicePort[] = [
  servicePort('http-metrics', 9090),
  servicePort('http-profiling', 8008),
];

export const httpProbe = (
  port: number | string,
  more: Partial<k8s.HttpGetAction> = {},
): { httpGet: k8s.HttpGetAction } => ({
  httpGet: {
    port: typeof port === 'number' ? k8s.IntOrString.fromNumber(port) : k8s.IntOrString.fromString(port),
    ...more,
  },
});
