import { parseSeconds } from '../../../autoscaling/index.ts';
import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { ClusterConfig } from '../config/index.ts';
import { annotations, autoscalingGroup, controllerOf, filterMap, hashOf, labels } from '../objects/index.ts';
import { conditionOf } from './conditions.ts';
import { childName } from './names.ts';

const notCopied: readonly string[] = [
  annotations.lastPinned,
  annotations.preserved,
  annotations.routingStateModified,
  annotations.routes,
];

export const deploymentHash = 'serving.knative.dev/deployment-hash';
export const deploymentName = (revision: KubeObject): string =>
  childName(revision.metadata.name, '-deployment');

function childLabels(revision: KubeObject): Record<string, string> {
  const { name, uid = '' } = revision.metadata;
  return {
    app: name,
    ...filterMap(revision.metadata.labels, (key) => key !== labels.route && key !== labels.routingState),
    [labels.revision]: name,
    [labels.revisionUid]: uid,
  };
}

const namespaceOf = (revision: KubeObject): { namespace?: string } =>
  revision.metadata.namespace === undefined ? {} : { namespace: revision.metadata.namespace };

/** Value of the first of these annotations that is there: a key and its older spellings. */
export const annotation = (object: KubeObject, ...keys: readonly string[]): string | undefined =>
  keys.map((key) => object.metadata.annotations?.[key]).find((value) => value !== undefined);

/** The Deployment of a revision whose digests are resolved. */
export function makeDeployment(
  revision: KubeObject,
  config: ClusterConfig,
  initialScale: number,
): KubeObject {
  const own = childLabels(revision);
  const kept = filterMap(
    revision.metadata.annotations,
    (key) => !notCopied.includes(key) && !key.startsWith(autoscalingGroup),
  );
  const spec = podSpec(revision, config);
  const deadline = annotation(revision, annotations.progressDeadline, 'serving.knative.dev/progressDeadline');
  const desired = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: deploymentName(revision),
      ...namespaceOf(revision),
      labels: own,
      annotations: kept,
      ownerReferences: [controllerOf(revision)],
    },
    spec: {
      replicas: initialScale,
      selector: { matchLabels: { [labels.revisionUid]: revision.metadata.uid ?? '' } },
      progressDeadlineSeconds: parseSeconds(deadline ?? '') ?? config.progressDeadline / 1000,
      revisionHistoryLimit: 0,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } },
      template: {
        metadata: {
          labels: own,
          annotations: { ...kept, 'kubectl.kubernetes.io/default-container': spec.containers[0]?.name ?? '' },
        },
        spec,
      },
    },
  };
  const hash = hashOf([desired.spec, kept, own]);
  return { ...desired, metadata: { ...desired.metadata, labels: { ...own, [deploymentHash]: hash } } };
}

interface Container {
  readonly name: string;
  readonly image: string;
  readonly env?: readonly object[];
  readonly ports?: readonly { readonly containerPort: number; readonly name?: string }[];
  readonly readinessProbe?: unknown;
}

function podSpec(revision: KubeObject, config: ClusterConfig) {
  const { containers, timeoutSeconds, containerConcurrency, ...rest } = revision.spec;
  const digests: readonly { imageDigest?: string }[] = revision.status?.containerStatuses ?? [];
  const { name, labels: own = {} } = revision.metadata;
  const knative = [
    { name: 'K_REVISION', value: name },
    { name: 'K_CONFIGURATION', value: own[labels.configuration] ?? '' },
    { name: 'K_SERVICE', value: own[labels.service] ?? '' },
  ];
  const users = (containers as readonly Container[]).map((container, index) => {
    const serving = container.ports !== undefined || containers.length === 1;
    const port = container.ports?.[0]?.containerPort ?? 8080;
    // The queue-proxy asks the user container itself: the kubelet asks only the queue-proxy.
    const { readinessProbe: _, ...kept } = container;
    return {
      ...kept,
      image: digests[index]?.imageDigest ?? container.image,
      ...(serving ? { ports: [{ containerPort: port, name: 'user-port', protocol: 'TCP' }] } : {}),
      env: [
        ...(container.env ?? []),
        ...(serving ? [{ name: 'PORT', value: String(port) }] : []),
        ...knative,
      ],
      terminationMessagePolicy: 'FallbackToLogsOnError',
    };
  });
  const { idleTimeoutSeconds: _, responseStartTimeoutSeconds: __, ...pod } = rest;
  return {
    ...pod,
    containers: [...users, queueProxy(revision, config, { timeoutSeconds, containerConcurrency })],
    terminationGracePeriodSeconds: timeoutSeconds ?? config.defaults.revisionTimeoutSeconds,
  };
}

function queueProxy(
  revision: KubeObject,
  config: ClusterConfig,
  limits: { readonly timeoutSeconds?: number; readonly containerConcurrency?: number },
): Container {
  const { name, namespace = '' } = revision.metadata;
  return {
    name: 'queue-proxy',
    image: config.queueSidecarImage,
    ports: [
      { name: 'http-queueadm', containerPort: 8022 },
      { name: 'http-autometric', containerPort: 9090 },
      { name: 'http-usermetric', containerPort: 9091 },
      { name: 'queue-port', containerPort: 8012 },
    ],
    env: [
      { name: 'SERVING_NAMESPACE', value: namespace },
      { name: 'SERVING_REVISION', value: name },
      { name: 'CONTAINER_CONCURRENCY', value: String(limits.containerConcurrency ?? 0) },
      { name: 'REVISION_TIMEOUT_SECONDS', value: String(limits.timeoutSeconds ?? 300) },
    ],
    readinessProbe: { httpGet: { port: 8012, httpHeaders: [{ name: 'K-Network-Probe', value: 'queue' }] } },
  };
}

/** The PodAutoscaler of a revision: the revision's own annotations are what counts, now and later. */
export function makePodAutoscaler(revision: KubeObject, deployment: KubeObject | undefined): KubeObject {
  return {
    apiVersion: 'autoscaling.internal.knative.dev/v1alpha1',
    kind: 'PodAutoscaler',
    metadata: {
      name: revision.metadata.name,
      ...namespaceOf(revision),
      labels: childLabels(revision),
      annotations: {
        [annotations.autoscalerClass]: 'kpa.autoscaling.knative.dev',
        [annotations.metric]: 'concurrency',
        ...filterMap(revision.metadata.annotations, (key) => !notCopied.includes(key)),
      },
      ownerReferences: [controllerOf(revision)],
    },
    spec: {
      containerConcurrency: revision.spec.containerConcurrency ?? 0,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: deploymentName(revision) },
      protocolType: revision.spec.containers?.[0]?.ports?.[0]?.name === 'h2c' ? 'h2c' : 'http1',
      ...reachability(revision, deployment),
    },
  };
}

/** Only what a route leads to keeps its least number of pods. */
function reachability(revision: KubeObject, deployment: KubeObject | undefined): { reachability?: string } {
  const failed = ['ResourcesAvailable', 'ContainerHealthy'].some(
    (type) => conditionOf(revision, type)?.status === 'False',
  );
  if (failed && (deployment?.spec.replicas ?? 0) > 0 && (deployment?.status?.readyReplicas ?? 0) === 0)
    return { reachability: 'Unreachable' };
  const state = revision.metadata.labels?.[labels.routingState];
  if (state === 'active') return { reachability: 'Reachable' };
  return state === 'reserve' ? { reachability: 'Unreachable' } : {};
}
