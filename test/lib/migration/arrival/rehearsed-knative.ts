import { vi } from 'vitest';
import type { Kind, KubeObject, ListOptions, Reference } from '../../../../lib/clusters/cluster-port.ts';
import type { Removal } from '../../../../lib/clusters/definition-port.ts';
import { ZeroshiftError } from '../../../../lib/messages/error.ts';
import { createAdmission } from '../../../../lib/rehearsal/cluster/admission/index.ts';
import { readConfig } from '../../../../lib/rehearsal/cluster/config/index.ts';
import { startControlPlane } from '../../../../lib/rehearsal/cluster/controllers/index.ts';
import {
  createStore,
  type ResourceDefinition,
  rehearsalResources,
  resourceKey,
  StatusError,
  type Store,
} from '../../../../lib/rehearsal/kube-api/index.ts';
import { mergePatch } from '../../../../lib/rehearsal/kube-api/patches/index.ts';
import {
  apply,
  type Manager,
  trackUpdate,
} from '../../../../lib/rehearsal/kube-api/server-side-apply/index.ts';
import { createFakeDataPlane } from '../../rehearsal/cluster/fake-data-plane.ts';

/** The port to a store, with the API server's rules for who writes what, and without HTTP. */
export interface StorePort {
  /** How many writes were taken. */
  writes: number;
  get(reference: Reference): Promise<KubeObject | undefined>;
  list(kind: Kind, options?: ListOptions): AsyncIterable<KubeObject>;
  apply(object: KubeObject): Promise<KubeObject>;
  patch(reference: Reference, patch: object): Promise<KubeObject>;
  create(object: KubeObject): Promise<KubeObject>;
  remove(object: KubeObject): Promise<Removal>;
  podProxy(): Promise<string>;
  ready(): Promise<void>;
}

/** @param after called after each write, so that controllers may go on before the next one */
export function storePort(store: Store, manager = 'zeroshift', after = (): void => {}): StorePort {
  const definitionOf = ({ apiVersion, kind }: Kind): ResourceDefinition => {
    const found = rehearsalResources.find(
      (one) =>
        one.kind === kind && apiVersion === (one.group === '' ? one.version : `${one.group}/${one.version}`),
    );
    if (found === undefined) throw new Error(`no such kind: ${apiVersion} ${kind}`);
    return found;
  };
  const by = (operation: Manager['operation'], apiVersion: string): Manager => ({
    name: manager,
    operation,
    apiVersion,
  });
  const time = '2026-11-24T00:00:00Z';
  const write = async (make: () => KubeObject): Promise<KubeObject> => {
    try {
      const made = make();
      port.writes++;
      after();
      return made;
    } catch (error) {
      throw asPort(error);
    }
  };
  const port: StorePort = {
    writes: 0,
    get: async (reference) =>
      store.get(resourceKey(definitionOf(reference)), reference.namespace, reference.name),
    async *list(kind, { namespace } = {}) {
      yield* store.list(resourceKey(definitionOf(kind)), namespace === undefined ? {} : { namespace });
    },
    apply: (object) =>
      write(() => {
        const definition = definitionOf(object);
        const resource = resourceKey(definition);
        const { namespace, name, resourceVersion } = object.metadata;
        const live = store.get(resource, namespace, name);
        if (resourceVersion !== undefined && resourceVersion !== live?.metadata.resourceVersion)
          throw new StatusError(409, 'Conflict', `${name} has been modified`);
        const { status: _, ...applied } = object;
        const next = apply({
          definition,
          live,
          applied: applied as KubeObject,
          manager: by('Apply', object.apiVersion),
          force: false,
          time,
        });
        return live === undefined ? store.create(resource, next) : store.update(resource, next);
      }),
    patch: (reference, patch) =>
      write(() => {
        const definition = definitionOf(reference);
        const resource = resourceKey(definition);
        const live = store.get(resource, reference.namespace, reference.name);
        if (live === undefined) throw new StatusError(404, 'NotFound', `${reference.name} not found`);
        const next = mergePatch(live, patch as Record<string, unknown>) as KubeObject;
        const tracked = trackUpdate({
          definition,
          live,
          next,
          manager: by('Update', reference.apiVersion),
          time,
        });
        return store.update(resource, tracked);
      }),
    create: (object) =>
      write(() => {
        const definition = definitionOf(object);
        const next = trackUpdate({
          definition,
          live: undefined,
          next: object,
          manager: by('Update', object.apiVersion),
          time,
        });
        return store.create(resourceKey(definition), next);
      }),
    async remove(object) {
      const { namespace, name, uid, resourceVersion } = object.metadata;
      try {
        const gone = store.delete(resourceKey(definitionOf(object)), namespace, name, {
          preconditions: {
            ...(uid === undefined ? {} : { uid }),
            ...(resourceVersion === undefined ? {} : { resourceVersion }),
          },
        });
        port.writes++;
        after();
        return { outcome: gone === undefined ? 'gone' : 'deleted' };
      } catch (error) {
        if (error instanceof StatusError && error.code === 409) return { outcome: 'changed' };
        throw asPort(error);
      }
    },
    podProxy: async () => '',
    ready: async () => {},
  };
  return port;
}

function asPort(error: unknown): unknown {
  if (!(error instanceof StatusError)) return error;
  const code = error.code === 409 ? 'cluster.conflict' : 'cluster.refused';
  return new ZeroshiftError(error.message, { code, source: 'outside', cause: error });
}

export interface RehearsedKnative {
  readonly store: Store;
  /** Reconciles what is due, at once. */
  settle(): void;
  /** Lets the cluster's time go on. Needs `vi.useFakeTimers`. */
  pass(seconds: number): Promise<void>;
  close(): void;
}

export interface RehearsedKnativeProps {
  readonly zeroScale?: boolean;
  readonly seed?: number;
}

/** Store, admission and controllers of a rehearsal's cluster over a data plane without sockets. */
export function rehearsedKnative({
  zeroScale = true,
  seed = 7,
}: RehearsedKnativeProps = {}): RehearsedKnative {
  const store: Store = createStore(rehearsalResources, {
    admission: [
      createAdmission({
        config: () => readConfig((name) => store.get('configmaps', 'knative-serving', name)?.data),
      }),
    ],
    now: () => new Date(),
  });
  for (const name of ['knative-serving', 'shop'])
    store.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const maps = {
    'config-domain': { 'example.test': '' },
    'config-network': { 'ingress-class': 'kourier.ingress.networking.knative.dev' },
    'config-autoscaler': { 'allow-zero-initial-scale': String(zeroScale) },
  };
  for (const [name, data] of Object.entries(maps))
    store.create('configmaps', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'knative-serving' },
      data,
    });
  const controlPlane = startControlPlane({ store, dataPlane: createFakeDataPlane(), seed });
  return {
    store,
    settle: () => controlPlane.settle(),
    pass: async (seconds) => {
      await vi.advanceTimersByTimeAsync(seconds * 1000);
    },
    close: () => controlPlane.close(),
  };
}
