import { type AutoscalerConfig, autoscalerConfig, autoscalerSettings } from '../../autoscaling/index.ts';
import type { ClusterPort, Kind, KubeObject } from '../../clusters/cluster-port.ts';
import type { MetricsPort } from '../../metrics/metrics-port.ts';
import { isSystemNamespace } from '../../migration/kinds.ts';
import type { NodeSize, RunningRevision } from './capacity-plan.ts';
import { quantity } from './quantity.ts';

const revisionKind = { apiVersion: 'serving.knative.dev/v1', kind: 'Revision' };
const scalerKind = { apiVersion: 'autoscaling.internal.knative.dev/v1alpha1', kind: 'PodAutoscaler' };
const configReference = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  namespace: 'knative-serving',
  name: 'config-autoscaler',
};

/** Every revision that runs pods, with its settings under the cluster's own configuration, and its load where that is measured. */
export async function readRunning(cluster: ClusterPort, metrics: MetricsPort): Promise<RunningRevision[]> {
  const [sizes, map, loads] = await Promise.all([
    sizesOf(cluster),
    cluster.get(configReference),
    loadsOf(metrics),
  ]);
  const config = autoscalerConfig(textsOf(map?.data));
  const running: RunningRevision[] = [];
  for await (const scaler of cluster.list(scalerKind)) {
    const { namespace = 'default', name } = scaler.metadata;
    const pods = Math.max(0, Number(scaler.status?.actualScale ?? 0));
    if (pods === 0 || isSystemNamespace(namespace)) continue;
    const key = `${namespace}/${name}`;
    const settings = settingsOf(scaler, config);
    const load = settings.scalingMetric === 'rps' ? undefined : loads?.[key]?.active;
    running.push({
      namespace,
      name,
      pods,
      settings,
      ...(sizes.get(key) ?? { cpu: 0, memory: 0 }),
      ...(load === undefined ? {} : { load }),
    });
  }
  return running;
}

const textsOf = (data: unknown): Record<string, string> =>
  typeof data !== 'object' || data === null
    ? {}
    : Object.fromEntries(Object.entries(data).filter(([, value]) => typeof value === 'string'));

const settingsOf = ({ metadata, spec }: KubeObject, config: AutoscalerConfig) =>
  autoscalerSettings(
    {
      annotations: metadata.annotations ?? {},
      containerConcurrency: Number(spec?.containerConcurrency ?? 0),
      reachability: spec?.reachability === 'Unreachable' ? 'Unreachable' : 'Reachable',
    },
    config,
  );

/** Nobody needs to be able to tell it: what runs now says how much there must be. */
async function loadsOf(metrics: MetricsPort) {
  try {
    return await metrics.revisions?.();
  } catch {
    return undefined;
  }
}

interface Container {
  readonly resources?: { readonly requests?: Readonly<Record<string, unknown>> };
}

async function sizesOf(cluster: ClusterPort): Promise<Map<string, { cpu: number; memory: number }>> {
  const sizes = new Map<string, { cpu: number; memory: number }>();
  for await (const { metadata, spec } of cluster.list(revisionKind)) {
    const containers: readonly Container[] = spec?.containers ?? [];
    const sum = (name: string): number =>
      containers.reduce((total, { resources }) => total + quantity(resources?.requests?.[name]), 0);
    sizes.set(`${metadata.namespace ?? 'default'}/${metadata.name}`, {
      cpu: Math.round(sum('cpu') * 1000),
      memory: sum('memory'),
    });
  }
  return sizes;
}

/** The smallest node of a cluster that takes pods; undefined where there is none, or whoever asks may not see it. */
export async function nodeSize(cluster: ClusterPort): Promise<NodeSize | undefined> {
  const kind: Kind = { apiVersion: 'v1', kind: 'Node' };
  let smallest: NodeSize | undefined;
  try {
    for await (const { spec, status } of cluster.list(kind)) {
      const { cpu, memory, pods } = status?.allocatable ?? {};
      const size = { cpu: quantity(cpu) * 1000, memory: quantity(memory), pods: quantity(pods) };
      if (spec?.unschedulable === true || size.pods === 0) continue;
      if (smallest === undefined || size.cpu < smallest.cpu) smallest = size;
    }
  } catch {
    return undefined;
  }
  return smallest;
}
