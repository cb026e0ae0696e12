import {
  type Activity,
  type Autoscaler,
  activeThreshold,
  createAutoscaler,
  nextActivity,
  type Tick,
} from '../../../autoscaling/index.ts';
import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { DataPlane } from '../data-plane.ts';
import {
  canonicalJson,
  controllerOf,
  isBeingDeleted,
  keyOf,
  labelKey,
  labels,
  resources,
  splitKey,
} from '../objects/index.ts';
import { type Conditions, conditionOf } from './conditions.ts';
import type { ControllerContext } from './context.ts';
import { ensure } from './ensure.ts';
import type { Controller } from './manager.ts';
import { reconcileStatus } from './reconcile-status.ts';
import { type RunningPods, readyPods, runningReadyPods } from './revision-pods.ts';
import { settingsOf } from './scale-settings.ts';

const set = { dependents: ['Active', 'SKSReady', 'ScaleTargetInitialized'] };

/** Seconds between two measurements; every second one is followed by a decision, as upstream's rhythm is. */
export const scrapeSeconds = 1;

interface Scaler {
  readonly uid: string;
  readonly autoscaler: Autoscaler;
  settings: string;
  last: Tick | undefined;
}

export interface PodAutoscalers {
  readonly controller: Controller;
  /** Measures all revisions. To be called every `scrapeSeconds`. */
  scrape(): void;
  /** Decides for all revisions. To be called every two seconds. */
  tick(): void;
  /** A request waits at the activator for this revision: decides at once where there are no pods. */
  poke(revision: string): void;
}

/** PodAutoscalers: measures, decides, and sets the Deployment's replicas and the ServerlessService's mode. */
export function createPodAutoscalers(
  context: ControllerContext,
  dataPlane: Pick<DataPlane, 'scrapeActivator'>,
  running: RunningPods,
  enqueue: (key: string) => void,
): PodAutoscalers {
  const { store, config } = context;
  const scalers = new Map<string, Scaler>();
  const seconds = (): number => context.now() / 1000;

  const decide = (key: string, scaler: Scaler): void => {
    const { namespace, name } = splitKey(key);
    scaler.last = scaler.autoscaler.tick(seconds(), readyPods(store, namespace, name).length);
    enqueue(key);
  };

  const scalerFor = (key: string, podAutoscaler: KubeObject): Scaler => {
    const settings = settingsOf(podAutoscaler, config());
    const text = canonicalJson(settings);
    const known = scalers.get(key);
    if (known !== undefined && known.uid === podAutoscaler.metadata.uid) {
      if (known.settings === text) return known;
      known.settings = text;
      known.autoscaler.update(settings, seconds());
      decide(key, known);
      return known;
    }
    const ready = readyPods(store, podAutoscaler.metadata.namespace, podAutoscaler.metadata.name).length;
    const scaler: Scaler = {
      uid: podAutoscaler.metadata.uid ?? '',
      autoscaler: createAutoscaler(settings, ready, seconds()),
      settings: text,
      last: undefined,
    };
    scalers.set(key, scaler);
    return scaler;
  };

  const reconcile = (key: string): number | undefined => {
    const { namespace, name } = splitKey(key);
    const podAutoscaler = store.get(resources.podAutoscalers, namespace, name);
    if (podAutoscaler === undefined || isBeingDeleted(podAutoscaler)) {
      scalers.delete(key);
      return undefined;
    }
    const scaler = scalerFor(key, podAutoscaler);
    const props = {
      store,
      resource: resources.podAutoscalers,
      object: podAutoscaler,
      set,
      now: context.now(),
    };
    return reconcileStatus(props, (status, conditions) => {
      const { last } = scaler;
      applyReplicas(context, podAutoscaler, last);
      const settings = settingsOf(podAutoscaler, config());
      const service = ensure(
        store,
        resources.serverlessServices,
        makeServerlessService(podAutoscaler, last?.mode ?? 'proxy', last?.activators ?? 2),
      );
      const ready = readyPods(store, namespace, name).length;
      status.serviceName = service.status?.serviceName ?? '';
      status.metricsServiceName = service.status?.privateServiceName ?? '';
      status.actualScale = ready;
      const desired = last?.desired ?? -1;
      if (desired >= 0 || status.desiredScale === undefined) status.desiredScale = desired;
      if (conditionOf(service, 'Ready')?.status === 'True') conditions.markTrue('SKSReady');
      else conditions.markUnknown('SKSReady', 'NotReady', conditionOf(service, 'Ready')?.message);
      markActivity(conditions, settings, { desired, ready, served: status.serviceName !== '' });
      return undefined;
    });
  };

  return {
    controller: {
      name: 'pod-autoscaler',
      watches: [
        { resource: resources.podAutoscalers, keys: (object) => [keyOf(object)] },
        { resource: resources.serverlessServices, keys: (object) => [keyOf(object)] },
        { resource: resources.pods, keys: labelKey(labels.revision) },
      ],
      reconcile,
    },
    scrape() {
      for (const [key, { autoscaler }] of scalers) {
        const { namespace, name } = splitKey(key);
        const samples = runningReadyPods(store, running, namespace, name).map((pod) => pod.scrape());
        samples.push(dataPlane.scrapeActivator(key));
        autoscaler.record(
          seconds(),
          samples.reduce((sum, sample) => sum + sample.averageConcurrency, 0),
          samples.reduce((sum, sample) => sum + sample.requestsPerSecond, 0),
        );
      }
    },
    tick() {
      for (const [key, scaler] of scalers) decide(key, scaler);
    },
    poke(revision) {
      const scaler = scalers.get(revision);
      if (scaler === undefined || (scaler.last?.desired ?? -1) > 0) return;
      const { averageConcurrency, requestsPerSecond } = dataPlane.scrapeActivator(revision);
      // The one request that waits counts in full, however short a time it has been there.
      scaler.autoscaler.record(seconds(), Math.max(1, averageConcurrency), requestsPerSecond);
      decide(revision, scaler);
    },
  };
}

function applyReplicas(
  { store }: ControllerContext,
  podAutoscaler: KubeObject,
  tick: Tick | undefined,
): void {
  const { namespace } = podAutoscaler.metadata;
  const deployment = store.get(resources.deployments, namespace, podAutoscaler.spec.scaleTargetRef.name);
  if (tick === undefined || deployment === undefined || isBeingDeleted(deployment)) return;
  if (deployment.spec.replicas === tick.replicas) return;
  store.update(resources.deployments, {
    ...deployment,
    spec: { ...deployment.spec, replicas: tick.replicas },
  });
}

const activityOf = (conditions: Conditions): Activity => {
  if (conditions.is('Active', 'True')) return 'active';
  return conditions.is('Active', 'False') ? 'inactive' : 'activating';
};

interface Observed {
  readonly desired: number;
  readonly ready: number;
  /** The ServerlessService has its Service. */
  readonly served: boolean;
}

function markActivity(
  conditions: Conditions,
  settings: ReturnType<typeof settingsOf>,
  { desired, ready, served }: Observed,
): void {
  const before = activityOf(conditions);
  const initialised = conditions.is('ScaleTargetInitialized', 'True');
  const next = nextActivity(settings, { activity: before, initialised }, desired, ready);
  if (next.initialised && served) conditions.markTrue('ScaleTargetInitialized');
  if (next.activity === 'active') conditions.markTrue('Active');
  else if (next.activity === 'activating')
    conditions.markUnknown(
      'Active',
      'Queued',
      'Requests to the target are being buffered as resources are provisioned.',
    );
  else if (before === 'activating' && activeThreshold(settings, initialised) > 0)
    conditions.markFalse('Active', 'TimedOut', 'The target could not be activated.');
  else if (before !== 'inactive' || !conditions.is('Active', 'False'))
    conditions.markFalse('Active', 'NoTraffic', 'The target is not receiving traffic.');
}

function makeServerlessService(
  podAutoscaler: KubeObject,
  mode: Tick['mode'],
  activators: number,
): KubeObject {
  const { name, namespace = '', labels: own = {} } = podAutoscaler.metadata;
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'ServerlessService',
    metadata: {
      name,
      namespace,
      labels: own,
      annotations: { ...podAutoscaler.metadata.annotations },
      ownerReferences: [controllerOf(podAutoscaler)],
    },
    spec: {
      mode: mode === 'serve' ? 'Serve' : 'Proxy',
      numActivators: activators,
      objectRef: podAutoscaler.spec.scaleTargetRef,
      protocolType: podAutoscaler.spec.protocolType,
    },
  };
}
