import type { KubeObject } from '../../clusters/cluster-port.ts';

/** What a watcher is told. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
}

/** What an admission function sees; it may return a changed object, or throw a `StatusError` to refuse. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: string;
  readonly object: KubeObject;
  readonly old?: KubeObject;
}
export type Admission = (request: AdmissionRequest) => KubeObject;

/**
 * The objects of one cluster, in memory, with the API server's rules: uid, resourceVersion (one counter for the whole
 * store), generation (grows with the spec), optimistic concurrency, finalizers, owner references (children go with
 * their last owner). Objects it gives out are frozen: to change one, update a copy.
 * Resources are named by `resourceKey`. Every refusal is a `StatusError` with the API server's code and reason.
 */
export interface Store {
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, options?: { namespace?: string; labels?: Record<string, string> }): KubeObject[];
  create(resource: string, object: KubeObject): KubeObject;
  /** Spec and metadata; `status` is kept. A `resourceVersion` in it must be the current one. No-op writes change nothing. */
  update(resource: string, object: KubeObject): KubeObject;
  /** Only `status`. A `resourceVersion` in it must be the current one. No-op writes change nothing. */
  updateStatus(resource: string, object: KubeObject): KubeObject;
  delete(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Called synchronously after each change, in order. Returns the function that ends it. */
  watch(resource: string, listener: (event: StoreEvent) => void): () => void;
  /** The counter's value now. */
  readonly resourceVersion: string;
}
