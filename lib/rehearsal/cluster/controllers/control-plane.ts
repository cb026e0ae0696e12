import type { Store } from '../../kube-api/index.ts';
import { createConfigSource } from '../config/index.ts';
import type { DataPlane, Gateway } from '../data-plane.ts';
import { configurationController } from './configuration.ts';
import { deploymentController } from './deployment.ts';
import { domainMappingController } from './domain-mapping.ts';
import { ingressController } from './ingress.ts';
import { createManager } from './manager.ts';
import { seededRandom } from './names.ts';
import { createKubelet } from './pod.ts';
import { createPodAutoscalers, scrapeSeconds } from './pod-autoscaler.ts';
import { createProcesses } from './processes.ts';
import { revisionController } from './revision.ts';
import { routeController } from './route.ts';
import { routingStateController } from './routing-state.ts';
import { serverlessServiceController } from './serverless-service.ts';
import { serviceController } from './service.ts';

export interface ControlPlaneProps {
  readonly store: Store;
  readonly dataPlane: DataPlane;
  /** Of the names of pods. */
  readonly seed: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** Told of every reconcile that failed and is tried again. @default - nobody is */
  readonly onError?: (controller: string, key: string, error: unknown) => void;
}

export interface ControlPlane {
  /** The gateway of a pod, by `namespace/name`. */
  readonly gateways: ReadonlyMap<string, Gateway>;
  /** Reconciles until nothing is due, without waiting for a turn of the event loop. */
  settle(): void;
  /** Stops reconciling and measuring. Pods are left to the data plane. */
  close(): void;
}

/** Starts Knative Serving, its ingress and what of Kubernetes they need, over a store and a data plane. */
export function startControlPlane(props: ControlPlaneProps): ControlPlane {
  const { store, dataPlane, now = Date.now, onError = () => undefined } = props;
  const manager = createManager({ store, onError });
  const config = createConfigSource(store, () => {
    for (const name of ['service', 'revision', 'route', 'domain-mapping', 'pod-autoscaler'])
      manager.resync(name);
  });
  const context = { store, config: config.current, now };
  const processes = createProcesses(dataPlane);
  const autoscalers = createPodAutoscalers(context, dataPlane, processes.pods, (key) =>
    manager.enqueue('pod-autoscaler', key),
  );
  const kubelet = createKubelet(context, processes.start, (key) => manager.enqueue('pod', key));
  dataPlane.onActivation((revision) => autoscalers.poke(revision));

  // What routes requests comes before what starts and ends pods: a pod must be out of the way before it ends.
  for (const controller of [
    serverlessServiceController(context, dataPlane, processes.pods),
    ingressController(context, dataPlane),
    kubelet,
    deploymentController(context, seededRandom(props.seed)),
    autoscalers.controller,
    revisionController(context),
    configurationController(context),
    routeController(context),
    routingStateController(context),
    serviceController(context),
    domainMappingController(context),
  ])
    manager.add(controller);

  let measurements = 0;
  const timer = setInterval(() => {
    autoscalers.scrape();
    measurements += 1;
    if (measurements % ticksEvery === 0) autoscalers.tick();
  }, scrapeSeconds * 1000);

  return {
    gateways: processes.gateways,
    settle: () => manager.settle(),
    close() {
      clearInterval(timer);
      config.close();
      manager.close();
    },
  };
}

const ticksEvery = 2;
