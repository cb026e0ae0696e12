import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { appSettings } from '../data-plane/index.ts';
import type { DataPlane, Gateway, RunningPod } from '../data-plane.ts';
import { keyOf, labels } from '../objects/index.ts';
import { runs } from './deployment.ts';
import type { Process, StartProcess } from './pod.ts';

/** What runs in the data plane for the cluster's pods, by `namespace/name` of the pod. */
export interface Processes {
  readonly start: StartProcess;
  readonly pods: ReadonlyMap<string, RunningPod>;
  readonly gateways: ReadonlyMap<string, Gateway>;
}

export function createProcesses(dataPlane: DataPlane): Processes {
  const pods = new Map<string, RunningPod>();
  const gateways = new Map<string, Gateway>();

  const startPod = (pod: KubeObject, variables: Record<string, string>): Process => {
    const key = keyOf(pod);
    const { namespace = '', name, labels: own = {} } = pod.metadata;
    const [user, ...others] = pod.spec.containers as readonly Container[];
    const queue = others.find((container) => container.name === 'queue-proxy') ?? user;
    const running = dataPlane.startPod({
      namespace,
      name,
      revision: `${namespace}/${own[labels.revision]}`,
      service: own[labels.service] ?? own[labels.configuration] ?? '',
      app: appSettings(variables),
      containerConcurrency: Number(variable(queue, 'CONTAINER_CONCURRENCY') ?? 0),
      timeoutMs: Number(variable(queue, 'REVISION_TIMEOUT_SECONDS') ?? 300) * 1000,
    });
    pods.set(key, running);
    return {
      ready: running.ready,
      stop: (graceMs) => running.stop(graceMs).finally(() => pods.delete(key)),
    };
  };

  const startGateway = (pod: KubeObject): Process => {
    const key = keyOf(pod);
    const started = dataPlane.startGateway(pod.metadata.name).then((gateway) => {
      gateways.set(key, gateway);
      return gateway;
    });
    return {
      ready: started.then(() => undefined),
      async stop(graceMs) {
        const gateway = await started;
        await gateway.drain(graceMs).finally(() => gateways.delete(key));
      },
    };
  };

  return {
    pods,
    gateways,
    start(pod, variables) {
      const what = runs(pod);
      if (what === 'revision') return startPod(pod, variables);
      if (what === 'worker') return startWorker(variables);
      return what === 'gateway' ? startGateway(pod) : undefined;
    },
  };
}

/** Acts by itself: nobody asks it, and it takes its time to begin and to end. */
function startWorker(variables: Record<string, string>): Process {
  const { startupMs, shutdownMs } = appSettings(variables);
  const after = (milliseconds: number) =>
    new Promise<void>((resolve) => setTimeout(resolve, milliseconds).unref?.());
  return {
    ready: after(startupMs),
    stop: (graceMs) => after(Math.min(shutdownMs, graceMs)),
  };
}

interface Container {
  readonly name: string;
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

const variable = (container: Container | undefined, name: string): string | undefined =>
  container?.env?.find((entry) => entry.name === name)?.value;
