import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { timestamp } from '../objects/index.ts';
import { conditionOf } from './conditions.ts';
import { rolloutSpec } from './deployment.ts';
import type { Status } from './reconcile-status.ts';
import { leastAvailable, type PodView } from './rolling-update.ts';

interface DeploymentCondition {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: string;
  readonly lastUpdateTime: string;
}

/** Status of a Deployment from its pods, as `kubectl rollout status` reads it, and when it must be looked at again. */
export function deploymentStatus(
  deployment: KubeObject,
  pods: readonly PodView[],
  now: number,
): { readonly status: Status; readonly again: number | undefined } {
  const spec = rolloutSpec(deployment);
  const current = pods.filter((pod) => pod.current).length;
  const ready = pods.filter((pod) => pod.ready).length;
  const before = deployment.status ?? {};
  const complete = current === spec.replicas && pods.length === spec.replicas && ready === spec.replicas;
  const progressed =
    current > (before.updatedReplicas ?? 0) ||
    ready > (before.readyReplicas ?? 0) ||
    pods.length - current < (before.replicas ?? 0) - (before.updatedReplicas ?? 0) ||
    before.observedGeneration !== deployment.metadata.generation;
  const progressing = progress(deployment, { complete, progressed }, now);
  const enough = ready >= leastAvailable(spec);
  const status: Status = {
    observedGeneration: deployment.metadata.generation,
    ...counts({
      replicas: pods.length,
      updatedReplicas: current,
      readyReplicas: ready,
      availableReplicas: ready,
    }),
    ...counts({ unavailableReplicas: Math.max(0, Math.max(spec.replicas, pods.length) - ready) }),
    conditions: [
      condition(
        deployment,
        enough
          ? ['Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.']
          : [
              'Available',
              'False',
              'MinimumReplicasUnavailable',
              'Deployment does not have minimum availability.',
            ],
        now,
      ),
      progressing.condition,
    ],
  };
  return { status, again: progressing.again };
}

/** Status of a Deployment whose pods a rehearsal does not run: available. */
export function settledStatus(deployment: KubeObject, now: number): Status {
  const replicas = deployment.spec.replicas ?? 1;
  const pods = Array.from({ length: replicas }, (_, index) => ({
    name: String(index),
    current: true,
    ready: true,
    created: 0,
  }));
  return deploymentStatus(deployment, pods, now).status;
}

function progress(
  deployment: KubeObject,
  { complete, progressed }: { readonly complete: boolean; readonly progressed: boolean },
  now: number,
): { readonly condition: DeploymentCondition; readonly again: number | undefined } {
  const name = JSON.stringify(deployment.metadata.name);
  if (complete)
    return {
      condition: condition(
        deployment,
        ['Progressing', 'True', 'NewReplicaSetAvailable', `Deployment ${name} has successfully progressed.`],
        now,
      ),
      again: undefined,
    };
  const before = conditionOf(deployment, 'Progressing') as DeploymentCondition | undefined;
  const since = before === undefined || progressed ? now : Date.parse(before.lastUpdateTime);
  const deadline = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
  const left = since + deadline - now;
  // A verdict stands until something moves.
  if (before !== undefined && !progressed && before.reason !== 'ReplicaSetUpdated')
    return { condition: before, again: undefined };
  if (left <= 0)
    return {
      condition: condition(
        deployment,
        ['Progressing', 'False', 'ProgressDeadlineExceeded', `Deployment ${name} has timed out progressing.`],
        now,
      ),
      again: undefined,
    };
  const going = condition(
    deployment,
    ['Progressing', 'True', 'ReplicaSetUpdated', `Deployment ${name} is progressing.`],
    now,
  );
  return {
    condition: progressed ? { ...going, lastUpdateTime: timestamp(now) } : going,
    again: left,
  };
}

function condition(
  deployment: KubeObject,
  [type, status, reason, message]: readonly [string, 'True' | 'False', string, string],
  now: number,
): DeploymentCondition {
  const before = conditionOf(deployment, type) as DeploymentCondition | undefined;
  if (before?.status === status && before.reason === reason && before.message === message) return before;
  return {
    type,
    status,
    reason,
    message,
    lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(now),
    lastUpdateTime: timestamp(now),
  };
}

/** Kubernetes leaves out counts that are zero. */
const counts = (values: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(values).filter(([, count]) => count > 0));
