import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { isBeingDeleted, keyOf, resources, splitKey } from '../objects/index.ts';
import { containerEnvironment } from './container-environment.ts';
import type { ControllerContext } from './context.ts';
import type { Controller } from './manager.ts';
import { podStatus } from './pod-status.ts';

/** Holds a pod that is being deleted until what it runs has ended. */
export const podFinalizer = 'rehearsal.zeroshift.dev/running';

/** What runs for a pod. */
export interface Process {
  /** Resolves when it takes requests; rejects when it could not start. */
  readonly ready: Promise<void>;
  /** Ends gracefully, in at most this many milliseconds. Resolves when it is gone. */
  stop(graceMs: number): Promise<void>;
}

/** Starts what a pod runs, or undefined where a rehearsal runs nothing for it. */
export type StartProcess = (pod: KubeObject, variables: Record<string, string>) => Process | undefined;

interface Running {
  readonly process: Process;
  state: 'starting' | 'ready' | 'failed' | 'stopping' | 'gone';
  readonly startedAt: number;
}

const missingRetry = 1000;
const failedRetry = 2000;

/** Pods: starts what they run, says when it is ready, and ends it gracefully when a pod is deleted. */
export function createKubelet(
  context: ControllerContext,
  start: StartProcess,
  enqueue: (key: string) => void,
): Controller {
  const { store } = context;
  const running = new Map<string, Running>();

  const begin = (pod: KubeObject, key: string, variables: Record<string, string>): Running | undefined => {
    const process = start(pod, variables);
    if (process === undefined) return undefined;
    const entry: Running = { process, state: 'starting', startedAt: context.now() };
    const became = (state: 'ready' | 'failed') => () => {
      if (entry.state !== 'starting') return;
      entry.state = state;
      enqueue(key);
    };
    process.ready.then(became('ready'), became('failed'));
    running.set(pod.metadata.uid ?? '', entry);
    return entry;
  };

  const end = (pod: KubeObject, key: string, entry: Running): void => {
    entry.state = 'stopping';
    const grace = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
    const gone = (): void => {
      entry.state = 'gone';
      enqueue(key);
    };
    entry.process.stop(grace).then(gone, gone);
  };

  const reconcileDeleted = (pod: KubeObject, key: string): void => {
    const uid = pod.metadata.uid ?? '';
    const entry = running.get(uid);
    if (entry !== undefined && entry.state !== 'gone') {
      if (entry.state !== 'stopping') end(pod, key, entry);
      return;
    }
    running.delete(uid);
    const left = ((pod.metadata.finalizers ?? []) as readonly string[]).filter(
      (name) => name !== podFinalizer,
    );
    store.update(resources.pods, { ...pod, metadata: { ...pod.metadata, finalizers: left } });
  };

  const reconcile = (key: string): number | undefined => {
    const { namespace, name } = splitKey(key);
    const pod = store.get(resources.pods, namespace, name);
    if (pod === undefined) return undefined;
    if (isBeingDeleted(pod)) {
      reconcileDeleted(pod, key);
      return undefined;
    }
    let entry = running.get(pod.metadata.uid ?? '');
    let waiting: { readonly reason: string; readonly message: string } | undefined;
    if (entry === undefined) {
      const environment = containerEnvironment(store, pod);
      if (environment.missing !== undefined)
        waiting = { reason: 'CreateContainerConfigError', message: environment.missing };
      else
        try {
          entry = begin(pod, key, environment.variables);
        } catch (error) {
          waiting = {
            reason: 'RunContainerError',
            message: error instanceof Error ? error.message : String(error),
          };
        }
    }
    const state = entry?.state === 'ready' ? 'ready' : entry?.state === 'failed' ? 'failed' : 'starting';
    const status = podStatus(pod, {
      state,
      now: context.now(),
      startedAt: entry?.startedAt,
      ...(waiting === undefined ? {} : { waiting }),
    });
    store.updateStatus(resources.pods, { ...pod, status });
    if (state === 'failed') {
      running.delete(pod.metadata.uid ?? '');
      return failedRetry;
    }
    return waiting === undefined ? undefined : missingRetry;
  };

  return {
    name: 'pod',
    watches: [{ resource: resources.pods, keys: (object) => [keyOf(object)] }],
    reconcile,
  };
}
