import type { KubeObject } from '../../clusters/cluster-port.ts';

/** What a watcher is told. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** As it is now, or was last; its `resourceVersion` is this change's. */
  readonly object: KubeObject;
  /** As it was before. @default - none: it was added */
  readonly old?: KubeObject;
}

/** What an admission function sees; it may return a changed object, or throw a `StatusError` to refuse. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: string;
  readonly object: KubeObject;
  readonly old?: KubeObject;
}
export type Admission = (request: AdmissionRequest) => KubeObject;

export interface WriteOptions {
  /** Checked and answered, not stored. @default false */
  readonly dryRun?: boolean;
}

export interface DeleteOptions extends WriteOptions {
  /** What becomes of the objects that it owns. @default 'Background' */
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  /** The object must still be this one, or it is a conflict. @default - whichever there is */
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/**
 * The objects of one cluster, in memory, with the API server's rules: uid, resourceVersion (one counter for the whole
 * store), generation (grows with the spec), optimistic concurrency, finalizers, owner references (children go with
 * their last owner). Objects it gives out are frozen: to change one, update a copy.
 * Resources are named by `resourceKey`. Every refusal is a `StatusError` with the API server's code and reason.
 */
export interface Store {
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Sorted by namespace and name. */
  list(resource: string, options?: { namespace?: string; labels?: Record<string, string> }): KubeObject[];
  /** A `status` in it is dropped where the resource has the subresource: it is written by `updateStatus`. */
  create(resource: string, object: KubeObject, options?: WriteOptions): KubeObject;
  /** Spec and metadata; `status` is kept. A `resourceVersion` in it must be the current one. No-op writes change nothing. */
  update(resource: string, object: KubeObject, options?: WriteOptions): KubeObject;
  /** Only `status` (and `managedFields`). A `resourceVersion` in it must be the current one. No-op writes change nothing. */
  updateStatus(resource: string, object: KubeObject, options?: WriteOptions): KubeObject;
  /** The object as it was last, or as it waits for its finalizers; undefined where there was none. */
  delete(
    resource: string,
    namespace: string | undefined,
    name: string,
    options?: DeleteOptions,
  ): KubeObject | undefined;
  /** Called synchronously after each change, in order. Returns the function that ends it. */
  watch(resource: string, listener: (event: StoreEvent) => void): () => void;
  /** The counter's value now. */
  readonly resourceVersion: string;
}
