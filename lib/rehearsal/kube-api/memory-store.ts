import type { KubeObject } from '../../clusters/cluster-port.ts';
import { ChangeQueue } from './change-queue.ts';
import { freeze, same } from './frozen.ts';
import {
  checkShape,
  hasGeneration,
  specChanged,
  timestamp,
  withDefaults,
  withoutClearText,
} from './object-rules.ts';
import { Ownership } from './ownership.ts';
import { type ResourceDefinition, resourceKey } from './resource-definition.ts';
import { refuse } from './status-error.ts';
import type { Admission, DeleteOptions, Store, StoreEvent, WriteOptions } from './store.ts';
import {
  checkFinalizers,
  checkPreconditions,
  finalizersOf,
  keptMetadata,
  nameFor,
  newObject,
  withMetadata,
} from './write-rules.ts';

export interface StoreOptions {
  /** Called in this order before an object is created, updated or deleted. @default - none */
  readonly admission?: readonly Admission[];
  /** @default - the system's clock */
  readonly now?: () => Date;
}

/** Namespaces that every cluster has from the start. */
const initialNamespaces = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];
const foreground = 'foregroundDeletion';

/** Objects of one resource by `namespace/name` (the name alone where it is cluster-scoped). */
interface Shelf {
  readonly definition: ResourceDefinition;
  readonly objects: Map<string, KubeObject>;
  readonly listeners: Set<(event: StoreEvent) => void>;
}

class MemoryStore implements Store {
  readonly #shelves = new Map<string, Shelf>();
  readonly #ownership = new Ownership();
  readonly #admission: readonly Admission[];
  readonly #now: () => Date;
  readonly #changes = new ChangeQueue();
  #version = 1;

  constructor(resources: readonly ResourceDefinition[], options: StoreOptions) {
    this.#admission = options.admission ?? [];
    this.#now = options.now ?? (() => new Date());
    for (const definition of resources) {
      this.#shelves.set(resourceKey(definition), { definition, objects: new Map(), listeners: new Set() });
    }
    if (!this.#shelves.has('namespaces')) return;
    for (const name of initialNamespaces) {
      this.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    }
  }

  get resourceVersion(): string {
    return String(this.#version);
  }

  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined {
    const shelf = this.#shelf(resource);
    return shelf.objects.get(keyOf(shelf.definition, namespace, name));
  }

  list(
    resource: string,
    options: { namespace?: string; labels?: Record<string, string> } = {},
  ): KubeObject[] {
    const wanted = Object.entries(options.labels ?? {});
    const found: [string, KubeObject][] = [];
    for (const [key, object] of this.#shelf(resource).objects) {
      if (options.namespace !== undefined && object.metadata.namespace !== options.namespace) continue;
      if (wanted.some(([label, value]) => object.metadata.labels?.[label] !== value)) continue;
      found.push([key, object]);
    }
    return found.sort(([left], [right]) => (left < right ? -1 : 1)).map(([, object]) => object);
  }

  create(resource: string, object: KubeObject, options: WriteOptions = {}): KubeObject {
    const { definition, objects } = this.#shelf(resource);
    if (object.metadata?.resourceVersion) {
      throw refuse.badRequest('resourceVersion should not be set on objects to be created');
    }
    const name = nameFor(object);
    const namespace = definition.namespaced
      ? this.#openNamespace(resource, object.metadata?.namespace, name)
      : undefined;
    const asked = newObject(definition, withoutClearText(definition, object), name, namespace, this.#now());
    checkShape(definition, asked);
    const key = keyOf(definition, namespace, name);
    if (objects.has(key)) throw refuse.alreadyExists(resource, name);
    const admitted = this.#admit('CREATE', resource, withDefaults(definition, asked));
    checkShape(definition, admitted);
    if (options.dryRun) return freeze(admitted);
    return this.#changes.run(() => {
      const stored = this.#put(resource, admitted);
      const owners = stored.metadata.ownerReferences ?? [];
      // An owner that does not exist (any more) owns nothing: the garbage collector takes the child.
      if (owners.length > 0 && !owners.some((owner) => this.#ownership.exists(owner.uid))) {
        this.delete(resource, stored.metadata.namespace, name);
      }
      return stored;
    });
  }

  update(resource: string, object: KubeObject, options: WriteOptions = {}): KubeObject {
    const { definition } = this.#shelf(resource);
    const old = this.#current(resource, object);
    const kept = keptMetadata(old);
    const asked: KubeObject = {
      ...withoutClearText(definition, object),
      apiVersion: object.apiVersion ?? old.apiVersion,
      kind: object.kind ?? old.kind,
      metadata: { ...object.metadata, ...kept },
      ...(definition.status ? { status: old.status } : {}),
    };
    checkShape(definition, asked);
    const admitted = this.#admit('UPDATE', resource, freeze(asked), old);
    checkShape(definition, admitted);
    const grown = hasGeneration(definition) && specChanged(definition, old, admitted);
    const generation = (old.metadata.generation ?? 0) + (grown ? 1 : 0);
    const next = freeze({
      ...admitted,
      metadata: { ...admitted.metadata, ...kept, ...(hasGeneration(definition) ? { generation } : {}) },
    });
    checkFinalizers(definition, old, next);
    if (options.dryRun || same(old, next)) return next;
    return this.#changes.run(() => {
      const going = next.metadata.deletionTimestamp !== undefined && finalizersOf(next).length === 0;
      const held = resource === 'namespaces' && this.#holdsAnything(next.metadata.name);
      return going && !held ? this.#remove(resource, next) : this.#put(resource, next);
    });
  }

  updateStatus(resource: string, object: KubeObject, options: WriteOptions = {}): KubeObject {
    const old = this.#current(resource, object);
    const managedFields = object.metadata.managedFields ?? old.metadata.managedFields;
    const next = freeze({
      ...old,
      metadata: { ...old.metadata, ...(managedFields === undefined ? {} : { managedFields }) },
      status: object.status,
    });
    if (options.dryRun || same(old, next)) return next;
    return this.#changes.run(() => this.#put(resource, next));
  }

  delete(
    resource: string,
    namespace: string | undefined,
    name: string,
    options: DeleteOptions = {},
  ): KubeObject | undefined {
    const old = this.get(resource, namespace, name);
    if (old === undefined) return undefined;
    checkPreconditions(resource, old, options.preconditions ?? {});
    this.#admit('DELETE', resource, old, old);
    if (options.dryRun) return old;
    return this.#changes.run(() => {
      if (options.propagationPolicy === 'Orphan') this.#orphan(old.metadata.uid);
      const children = this.#ownership.childrenOf(old.metadata.uid);
      const inForeground = options.propagationPolicy === 'Foreground' && children.length > 0;
      const finalizers = [...finalizersOf(old), ...(inForeground ? [foreground] : [])];
      const isNamespace = resource === 'namespaces';
      if (finalizers.length === 0 && !isNamespace) return this.#remove(resource, old);
      const marked = this.#mark(resource, old, finalizers);
      if (inForeground) {
        for (const child of children) this.delete(child.resource, child.namespace, child.name);
      }
      if (isNamespace) this.#empty(name);
      this.#finish(resource, old.metadata.namespace, name);
      return this.get(resource, namespace, name) ?? marked;
    });
  }

  watch(resource: string, listener: (event: StoreEvent) => void): () => void {
    const { listeners } = this.#shelf(resource);
    // A listener of its own, so that the same function may watch twice.
    const own = (event: StoreEvent): void => listener(event);
    listeners.add(own);
    return () => listeners.delete(own);
  }

  #shelf(resource: string): Shelf {
    const shelf = this.#shelves.get(resource);
    if (shelf === undefined) throw refuse.unknownPath();
    return shelf;
  }

  #openNamespace(resource: string, namespace: string | undefined, name: string): string {
    if (namespace === undefined || namespace === '') {
      throw refuse.badRequest(
        `an empty namespace may not be set when a resource name is provided (${resource})`,
      );
    }
    if (!this.#shelves.has('namespaces')) return namespace;
    const found = this.get('namespaces', undefined, namespace);
    if (found === undefined) throw refuse.notFound('namespaces', namespace);
    if (found.metadata.deletionTimestamp === undefined) return namespace;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    throw refuse.forbidden(resource, name, why, [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ]);
  }

  /** The object that a write means, when the write may go on. */
  #current(resource: string, object: KubeObject): KubeObject {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    const old = this.get(resource, namespace, name);
    if (old === undefined) throw refuse.notFound(resource, name);
    if (resourceVersion && resourceVersion !== old.metadata.resourceVersion) {
      throw refuse.conflict(resource, name);
    }
    checkPreconditions(resource, old, uid ? { uid } : {});
    return old;
  }

  #admit(
    operation: 'CREATE' | 'UPDATE' | 'DELETE',
    resource: string,
    object: KubeObject,
    old?: KubeObject,
  ): KubeObject {
    let admitted = freeze(object);
    for (const admission of this.#admission) {
      const request = { operation, resource, object: admitted, ...(old === undefined ? {} : { old }) };
      admitted = freeze(admission(request));
    }
    return admitted;
  }

  #put(resource: string, object: KubeObject): KubeObject {
    const { definition, objects } = this.#shelf(resource);
    const key = keyOf(definition, object.metadata.namespace, object.metadata.name);
    const old = objects.get(key);
    const stored = this.#versioned(object);
    objects.set(key, stored);
    this.#ownership.put(resource, stored, old);
    this.#tell(
      resource,
      old === undefined ? { type: 'ADDED', object: stored } : { type: 'MODIFIED', object: stored, old },
    );
    return stored;
  }

  #remove(resource: string, object: KubeObject): KubeObject {
    const { definition, objects } = this.#shelf(resource);
    const { namespace, name, uid } = object.metadata;
    const key = keyOf(definition, namespace, name);
    const old = objects.get(key);
    if (old === undefined) return object;
    const last = this.#versioned(object);
    objects.delete(key);
    this.#ownership.remove(old);
    this.#tell(resource, { type: 'DELETED', object: last, old });
    this.#collect(uid);
    for (const owner of old.metadata.ownerReferences ?? []) {
      const parent = this.#ownership.locate(owner.uid);
      if (parent !== undefined) this.#finish(parent.resource, parent.namespace, parent.name);
    }
    if (namespace !== undefined) this.#finish('namespaces', undefined, namespace);
    return last;
  }

  /** Children of an owner that is gone: the last owner takes them along, else only the reference goes. */
  #collect(uid: string | undefined): void {
    for (const child of this.#ownership.childrenOf(uid)) {
      const object = this.get(child.resource, child.namespace, child.name);
      if (object === undefined) continue;
      const owners = (object.metadata.ownerReferences ?? []).filter((owner) =>
        this.#ownership.exists(owner.uid),
      );
      if (owners.length === 0) this.delete(child.resource, child.namespace, child.name);
      else this.#put(child.resource, withMetadata(object, { ownerReferences: owners }));
    }
  }

  #orphan(uid: string | undefined): void {
    for (const child of this.#ownership.childrenOf(uid)) {
      const object = this.get(child.resource, child.namespace, child.name);
      if (object === undefined) continue;
      const left = (object.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
      this.#put(
        child.resource,
        withMetadata(object, { ownerReferences: left.length === 0 ? undefined : left }),
      );
    }
  }

  /** Says that an object is going, once; it stays until nothing holds it. */
  #mark(resource: string, old: KubeObject, finalizers: readonly string[]): KubeObject {
    if (old.metadata.deletionTimestamp !== undefined) return old;
    const { generation } = old.metadata;
    const terminating = resource === 'namespaces' ? { status: { ...old.status, phase: 'Terminating' } } : {};
    return this.#put(resource, {
      ...old,
      ...terminating,
      metadata: {
        ...old.metadata,
        deletionTimestamp: timestamp(this.#now()),
        deletionGracePeriodSeconds: 0,
        ...(generation === undefined ? {} : { generation: generation + 1 }),
        ...(finalizers.length === 0 ? {} : { finalizers }),
      },
    });
  }

  /** Removes an object that is going and that nothing of the store's holds any longer. */
  #finish(resource: string, namespace: string | undefined, name: string): void {
    const object = this.#shelves.has(resource) ? this.get(resource, namespace, name) : undefined;
    if (object?.metadata.deletionTimestamp === undefined) return;
    if (resource === 'namespaces' && this.#holdsAnything(name)) return;
    const blocked = this.#ownership.childrenOf(object.metadata.uid).length > 0;
    const finalizers = finalizersOf(object).filter((finalizer) => finalizer !== foreground || blocked);
    const metadata = { ...object.metadata, finalizers: finalizers.length === 0 ? undefined : finalizers };
    if (finalizers.length === 0) this.#remove(resource, { ...object, metadata });
    else if (finalizers.length < finalizersOf(object).length) this.#put(resource, { ...object, metadata });
  }

  #holdsAnything(namespace: string): boolean {
    for (const { definition, objects } of this.#shelves.values()) {
      if (!definition.namespaced) continue;
      for (const object of objects.values()) if (object.metadata.namespace === namespace) return true;
    }
    return false;
  }

  #empty(namespace: string): void {
    for (const [resource, { definition }] of this.#shelves) {
      if (!definition.namespaced) continue;
      for (const object of this.list(resource, { namespace })) {
        this.delete(resource, namespace, object.metadata.name);
      }
    }
  }

  #versioned(object: KubeObject): KubeObject {
    this.#version += 1;
    return freeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(this.#version) } });
  }

  #tell(resource: string, event: StoreEvent): void {
    const listeners = [...this.#shelf(resource).listeners];
    this.#changes.tell(() => {
      for (const listener of listeners) if (this.#shelf(resource).listeners.has(listener)) listener(event);
    });
  }
}

const keyOf = (definition: ResourceDefinition, namespace: string | undefined, name: string): string =>
  definition.namespaced ? `${namespace ?? ''}/${name}` : name;

/** An empty cluster: nothing but the namespaces that every cluster has. */
export const createStore = (resources: readonly ResourceDefinition[], options: StoreOptions = {}): Store =>
  new MemoryStore(resources, options);
