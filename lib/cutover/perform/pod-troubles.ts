import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import { listOf, textOf } from '../../migration/inventory/names.ts';
import type { Floor } from '../commands.ts';

const mostCharacters = 200;

/** What keeps a pod of a revision from being ready, in the cluster's words; undefined where none says. */
export async function whyNotReady(
  cluster: ClusterPort,
  { namespace, revision }: Floor,
): Promise<string | undefined> {
  const labelSelector = `serving.knative.dev/revision=${revision}`;
  let why: string | undefined;
  for await (const pod of cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace, labelSelector }))
    why ??= troubleOf(pod)?.slice(0, mostCharacters);
  return why;
}

function troubleOf({ status }: KubeObject): string | undefined {
  const unscheduled = listOf(status?.conditions).find(
    (condition) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  if (unscheduled !== undefined) return textOf(unscheduled.message) ?? textOf(unscheduled.reason);
  const waiting = [...listOf(status?.initContainerStatuses), ...listOf(status?.containerStatuses)]
    .map(({ state }) => (state as { waiting?: { reason?: unknown; message?: unknown } } | undefined)?.waiting)
    // What has only begun is no trouble.
    .find((one) => one !== undefined && !/^(ContainerCreating|PodInitializing)$/.test(String(one.reason)));
  return waiting === undefined
    ? undefined
    : [textOf(waiting.reason), textOf(waiting.message)].filter(Boolean).join(': ');
}
