/** The port to a cluster: the Kubernetes API as far as the engine, the migration and the gates use it. */

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly {
    apiVersion: string;
    kind: string;
    name: string;
    uid: string;
    controller?: boolean;
    blockOwnerDeletion?: boolean;
  }[];
  readonly [field: string]: unknown;
}

/** Any Kubernetes object, as the API gives it. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  // biome-ignore lint/suspicious/noExplicitAny: a Kubernetes object is open by nature; readers narrow it
  readonly [field: string]: any;
}

/** `serving.knative.dev/v1` and `Service`, for example. */
export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface Reference extends Kind {
  readonly name: string;
  readonly namespace?: string;
  /** Of a patch: what the API server keeps apart from the object itself. @default - the object itself */
  readonly subresource?: 'status';
}

export interface ListOptions {
  /** @default - all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/**
 * Every call has its own time-out and throws a `ZeroshiftError`: `cluster.unavailable` (try again),
 * `cluster.refused` (the API server answered 4xx), `cluster.conflict` (409).
 */
export interface ClusterPort {
  /** The object, or undefined where there is none. */
  get(reference: Reference): Promise<KubeObject | undefined>;
  /** Read page by page. */
  list(kind: Kind, options?: ListOptions): AsyncIterable<KubeObject>;
  /** Server-side apply with the field manager `zeroshift`; never forces. */
  apply(object: KubeObject): Promise<KubeObject>;
  /** JSON merge patch. */
  patch(reference: Reference, patch: object): Promise<KubeObject>;
  create(object: KubeObject): Promise<KubeObject>;
  /** GET on a pod's port through the API server's proxy. */
  podProxy(pod: { namespace: string; name: string; port: number }, path: string): Promise<string>;
  /** Resolves when the API server answers `/readyz`. */
  ready(): Promise<void>;
}
