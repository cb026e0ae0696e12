import { onTestFinished, vi } from 'vitest';
import type { KubeObject } from '../../../../lib/clusters/cluster-port.ts';
import { createAdmission } from '../../../../lib/rehearsal/cluster/admission/index.ts';
import { type ClusterConfig, readConfig } from '../../../../lib/rehearsal/cluster/config/index.ts';
import { type Condition, conditionOf } from '../../../../lib/rehearsal/cluster/controllers/conditions.ts';
import { type ControlPlane, startControlPlane } from '../../../../lib/rehearsal/cluster/controllers/index.ts';
import { createStore, rehearsalResources, type Store } from '../../../../lib/rehearsal/kube-api/index.ts';
import { createFakeDataPlane, type FakeDataPlane } from './fake-data-plane.ts';

export interface TestCluster {
  readonly store: Store;
  readonly dataPlane: FakeDataPlane;
  readonly controlPlane: ControlPlane;
  readonly errors: string[];
  /** Lets the cluster's time go on. */
  pass(seconds: number): Promise<void>;
}

export const knative = {
  services: 'services.serving.knative.dev',
  configurations: 'configurations.serving.knative.dev',
  revisions: 'revisions.serving.knative.dev',
  routes: 'routes.serving.knative.dev',
  mappings: 'domainmappings.serving.knative.dev',
  podAutoscalers: 'podautoscalers.autoscaling.internal.knative.dev',
  serverlessServices: 'serverlessservices.networking.internal.knative.dev',
  ingresses: 'ingresses.networking.internal.knative.dev',
  claims: 'clusterdomainclaims.networking.internal.knative.dev',
  deployments: 'deployments.apps',
};

/** The real store and controllers over a fake data plane, with fake time. `config` is data by config map. */
export function startTestCluster(config: Record<string, Record<string, string>> = {}): TestCluster {
  vi.useFakeTimers({ now: Date.parse('2026-11-01T00:00:00Z') });
  const errors: string[] = [];
  const current = (): ClusterConfig =>
    readConfig((name) => store.get('configmaps', 'knative-serving', name)?.data);
  const store: Store = createStore(rehearsalResources, {
    admission: [createAdmission({ config: current })],
    now: () => new Date(),
  });
  for (const name of ['knative-serving', 'kourier-system'])
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const maps = {
    'config-domain': { 'example.test': '' },
    'config-network': {
      'ingress-class': 'kourier.ingress.networking.knative.dev',
      'autocreate-cluster-domain-claims': 'true',
    },
    ...config,
  };
  for (const [name, data] of Object.entries(maps)) setConfig(store, name, data);
  const dataPlane = createFakeDataPlane();
  const controlPlane = startControlPlane({
    store,
    dataPlane,
    seed: 7,
    onError: (controller, key, error) => errors.push(`${controller} ${key}: ${String(error)}`),
  });
  onTestFinished(() => {
    controlPlane.close();
    vi.useRealTimers();
  });
  return {
    store,
    dataPlane,
    controlPlane,
    errors,
    pass: async (seconds) => {
      await vi.advanceTimersByTimeAsync(seconds * 1000);
    },
  };
}

export function setConfig(store: Store, name: string, data: Record<string, string>): void {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'knative-serving' },
    data,
  };
  if (store.get('configmaps', 'knative-serving', name) === undefined) store.create('configmaps', object);
  else store.update('configmaps', object);
}

interface ServiceOptions {
  readonly image?: string;
  readonly env?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  /** Name of the revision. */
  readonly revision?: string;
  readonly traffic?: readonly object[];
  readonly concurrency?: number;
}

/** A Knative Service as a user writes it. */
export const ksvc = (name: string, options: ServiceOptions = {}): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: {
    template: {
      metadata: {
        ...(options.revision === undefined ? {} : { name: options.revision }),
        annotations: options.annotations ?? {},
      },
      spec: {
        ...(options.concurrency === undefined ? {} : { containerConcurrency: options.concurrency }),
        containers: [
          {
            image: options.image ?? 'example.com/hello:v1',
            env: Object.entries(options.env ?? {}).map(([key, value]) => ({ name: key, value })),
          },
        ],
      },
    },
    ...(options.traffic === undefined ? {} : { traffic: options.traffic }),
  },
});

/** Replaces the spec of a service, as `kubectl replace` of a file does that kept the annotations. */
export function replaceSpec(store: Store, service: KubeObject): KubeObject {
  const { namespace, name } = service.metadata;
  const stored = store.get(knative.services, namespace, name);
  if (stored === undefined) throw new Error(`there is no service ${name}`);
  return store.update(knative.services, { ...stored, spec: service.spec });
}

export const condition = (object: KubeObject | undefined, type: string): string | undefined => {
  const found: Condition | undefined = conditionOf(object, type);
  if (found === undefined) return undefined;
  return found.reason === undefined ? found.status : `${found.status} ${found.reason}`;
};
