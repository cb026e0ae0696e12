import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { type ConformanceCluster, namespace, patience } from '../conformance-cluster.ts';
import { until } from './client.ts';

export interface Wishes {
  readonly env?: Readonly<Record<string, string>>;
  /** Without their prefix `autoscaling.knative.dev/`. */
  readonly scaling?: Readonly<Record<string, string>>;
  readonly concurrency?: number;
  readonly timeoutSeconds?: number;
  readonly traffic?: readonly object[];
  readonly labels?: Readonly<Record<string, string>>;
  /** @default - the cluster's */
  readonly image?: string;
}

const serving = { apiVersion: 'serving.knative.dev/v1', kind: 'Service' };

export const serviceOf = (
  { image }: Pick<ConformanceCluster, 'image'>,
  name: string,
  wishes: Wishes = {},
): KubeObject => {
  const scaling = Object.entries({ window: '6s', ...wishes.scaling });
  return {
    ...serving,
    metadata: { namespace, name, ...(wishes.labels && { labels: wishes.labels }) },
    spec: {
      template: {
        metadata: {
          annotations: Object.fromEntries(
            scaling.map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]),
          ),
        },
        spec: {
          ...(wishes.concurrency !== undefined && { containerConcurrency: wishes.concurrency }),
          ...(wishes.timeoutSeconds !== undefined && { timeoutSeconds: wishes.timeoutSeconds }),
          containers: [
            {
              image: wishes.image ?? image,
              env: Object.entries({ STARTUP_MS: '0', ...wishes.env }).map(([variable, value]) => ({
                name: variable,
                value,
              })),
              resources: { requests: { cpu: '10m', memory: '16Mi' } },
            },
          ],
        },
      },
      ...(wishes.traffic && { traffic: wishes.traffic }),
    },
  };
};

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export const conditionOf = (object: KubeObject | undefined, type: string): Condition | undefined =>
  ((object?.status?.conditions ?? []) as readonly Condition[]).find((each) => each.type === type);

export const readService = ({ port }: ConformanceCluster, name: string): Promise<KubeObject | undefined> =>
  port.get({ ...serving, namespace, name });

/** The host of a service's address, or of one of its tags. */
export function hostOf(service: KubeObject, tag?: string): string {
  const traffic: readonly { tag?: string; url?: string }[] = service.status?.traffic ?? [];
  const url = tag === undefined ? service.status?.url : traffic.find((each) => each.tag === tag)?.url;
  return new URL(String(url)).hostname;
}

/** Applies a service and waits until it is ready, this generation of it. */
export async function deploy(
  cluster: ConformanceCluster,
  name: string,
  wishes: Wishes = {},
): Promise<KubeObject> {
  await cluster.port.apply(serviceOf(cluster, name, wishes));
  return until(`${name} is ready`, patience.ready, async () => {
    const found = await readService(cluster, name);
    const current = found?.status?.observedGeneration === found?.metadata.generation;
    return current && conditionOf(found, 'Ready')?.status === 'True' ? found : undefined;
  });
}

/** Pods of a revision that are not ending. */
export async function podsOf({ port }: ConformanceCluster, revision: string): Promise<KubeObject[]> {
  const pods: KubeObject[] = [];
  const labelSelector = `serving.knative.dev/revision=${revision}`;
  for await (const pod of port.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }))
    if (pod.metadata.deletionTimestamp === undefined) pods.push(pod);
  return pods;
}

/** Pods of a revision, ending ones included, are all gone. */
export async function isAtZero({ port }: ConformanceCluster, revision: string): Promise<boolean> {
  const labelSelector = `serving.knative.dev/revision=${revision}`;
  for await (const _ of port.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }))
    return false;
  return true;
}

/** Whether requests go through the activator (`Proxy`) or to the pods (`Serve`). */
export async function modeOf({ port }: ConformanceCluster, revision: string): Promise<string | undefined> {
  const apiVersion = 'networking.internal.knative.dev/v1alpha1';
  const found = await port.get({ apiVersion, kind: 'ServerlessService', namespace, name: revision });
  return found?.spec?.mode;
}
