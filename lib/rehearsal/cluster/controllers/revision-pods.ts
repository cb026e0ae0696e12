import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/index.ts';
import type { RunningPod } from '../data-plane.ts';
import { isBeingDeleted, keyOf, labels, resources } from '../objects/index.ts';
import { conditionOf } from './conditions.ts';

/** What runs for the pods of revisions, by `namespace/name` of the pod. */
export type RunningPods = ReadonlyMap<string, RunningPod>;

/** A revision's pods that are ready and not on their way out. */
export const readyPods = (store: Store, namespace: string | undefined, revision: string): KubeObject[] =>
  store
    .list(resources.pods, { namespace: namespace ?? '', labels: { [labels.revision]: revision } })
    .filter((pod) => !isBeingDeleted(pod) && conditionOf(pod, 'Ready')?.status === 'True');

/** What runs for those pods. */
export const runningReadyPods = (
  store: Store,
  running: RunningPods,
  namespace: string | undefined,
  revision: string,
): RunningPod[] => readyPods(store, namespace, revision).flatMap((pod) => running.get(keyOf(pod)) ?? []);
