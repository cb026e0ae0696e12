import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { type GatewayCounters, readEnvoyCounters } from './envoy-counters.ts';
import type { GatewaySample, MetricsPort } from './metrics-port.ts';
import { readRevisions, revisionPath } from './revision-traffic.ts';
import { sumGateways } from './sum-gateways.ts';

export interface GatewayMetricsOptions {
  /** @default 'kourier-system' */
  readonly namespace?: string;
  /** @default 'app=3scale-kourier-gateway' */
  readonly labelSelector?: string;
  /** Where the gateways answer `/stats/prometheus`. @default 9000 */
  readonly port?: number;
}

/**
 * Reads a colour's gateways (Envoy) through the API server's pod proxy and adds up what they have counted. Every
 * gateway that is ready must answer: a sum with one missing would look like less traffic.
 * `gateways()` throws ZeroshiftError `metrics.unavailable` (try again).
 */
export function createGatewayMetrics(cluster: ClusterPort, options: GatewayMetricsOptions = {}): MetricsPort {
  const { namespace = 'kourier-system', labelSelector = 'app=3scale-kourier-gateway', port = 9000 } = options;

  const readPods = async (): Promise<KubeObject[]> => {
    const pods: KubeObject[] = [];
    for await (const pod of cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }))
      if (isServing(pod)) pods.push(pod);
    if (pods.length === 0) throw new Error(`no pod ${labelSelector} in ${namespace} is ready`);
    return pods;
  };

  const readPod = async ({ metadata: { name } }: KubeObject): Promise<GatewayCounters> => {
    try {
      return readEnvoyCounters(await cluster.podProxy({ namespace, name, port }, '/stats/prometheus'));
    } catch (cause) {
      throw new Error(`gateway ${name}: ${messageOf(cause)}`, { cause });
    }
  };

  const read = async (): Promise<GatewaySample> => {
    const pods = await readPods();
    const counters = pods.map(
      async (pod): Promise<[string, GatewayCounters]> => [identity(pod), await readPod(pod)],
    );
    return sumGateways(Date.now(), new Map(await Promise.all(counters)));
  };

  const told = async <T>(reading: () => Promise<T>): Promise<T> => {
    try {
      return await reading();
    } catch (cause) {
      throw new ZeroshiftError(`the gateways' statistics cannot be read: ${messageOf(cause)}`, {
        code: 'metrics.unavailable',
        source: 'outside',
        action: `see whether the gateways in ${namespace} are ready and answer /stats/prometheus on port ${port}`,
        cause,
      });
    }
  };

  return {
    gateways: () => told(read),
    revisions: () =>
      told(async () => {
        const pods = await readPods();
        const texts = pods.map(({ metadata: { name } }) =>
          cluster.podProxy({ namespace, name, port }, revisionPath),
        );
        return readRevisions(await Promise.all(texts));
      }),
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

interface PodStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly containerStatuses?: readonly { readonly restartCount?: number }[];
}

const statusOf = (pod: KubeObject): PodStatus => pod.status ?? {};

const isServing = (pod: KubeObject): boolean =>
  pod.metadata.deletionTimestamp === undefined &&
  (statusOf(pod).conditions ?? []).some(({ type, status }) => type === 'Ready' && status === 'True');

/** Another one as soon as the counters may have started again: another pod, or a restarted container. */
function identity(pod: KubeObject): string {
  const restarts = (statusOf(pod).containerStatuses ?? []).reduce(
    (total, { restartCount }) => total + (restartCount ?? 0),
    0,
  );
  const uid = pod.metadata.uid === undefined ? '' : `@${pod.metadata.uid}`;
  return `${pod.metadata.name}${uid}${restarts === 0 ? '' : `+${restarts}`}`;
}
