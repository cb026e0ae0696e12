import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { timestamp } from '../objects/index.ts';
import { conditionOf } from './conditions.ts';
import type { Status } from './reconcile-status.ts';

interface PodState {
  readonly state: 'starting' | 'ready' | 'failed';
  readonly now: number;
  readonly startedAt: number | undefined;
  /** Why its container cannot be created. */
  readonly waiting?: { readonly reason: string; readonly message: string };
}

/** A pod's status as the kubelet writes it. */
export function podStatus(pod: KubeObject, { state, now, startedAt, waiting }: PodState): Status {
  const ready = state === 'ready';
  const running = ready || (state === 'starting' && startedAt !== undefined);
  const containers: readonly { readonly name: string; readonly image: string }[] = pod.spec.containers ?? [];
  const at = timestamp(startedAt ?? now);
  const containerState = running
    ? { running: { startedAt: at } }
    : { waiting: waiting ?? { reason: state === 'failed' ? 'CrashLoopBackOff' : 'ContainerCreating' } };
  const condition = (type: string, value: boolean) => {
    const status = value ? 'True' : 'False';
    const before = conditionOf(pod, type);
    return {
      type,
      status,
      lastTransitionTime: before?.status === status ? before.lastTransitionTime : timestamp(now),
      ...(value || (type !== 'Ready' && type !== 'ContainersReady') ? {} : { reason: 'ContainersNotReady' }),
    };
  };
  return {
    phase: running ? 'Running' : 'Pending',
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    hostIP: '127.0.0.1',
    ...(running ? { podIP: '127.0.0.1', podIPs: [{ ip: '127.0.0.1' }] } : {}),
    startTime: pod.status?.startTime ?? timestamp(now),
    qosClass: 'Burstable',
    ...(waiting === undefined ? {} : { reason: waiting.reason }),
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready,
      started: running,
      restartCount: 0,
      state: containerState,
    })),
  };
}
