import type { ClusterPort, Kind, KubeObject } from './cluster-port.ts';
import type { WatchEvent, WatchOptions } from './watch.ts';

/** A kind that a cluster serves. */
export interface ServedResource extends Kind {
  readonly namespaced: boolean;
  /** Such as `list` and `delete`. */
  readonly verbs: readonly string[];
  /** Whether it is the version of its group that the cluster prefers for this kind. */
  readonly preferred: boolean;
}

export interface Discovered {
  readonly resources: readonly ServedResource[];
  /** Group versions of which the cluster could not tell what they serve, such as those of an API server that is away. */
  readonly unknown: readonly { readonly apiVersion: string; readonly why: string }[];
}

/** A field that another manager owns and that would change. */
export interface FieldConflict {
  /** As the API server names it: `"kubectl-edit" using v1 at 2026-11-24T06:12:03Z`. */
  readonly owner: string;
  /** `.spec.replicas` */
  readonly field: string;
}

/** What the API server says to an object that would be applied. */
export type DryRun =
  /** The object as it would be. */
  | { readonly outcome: 'accepted'; readonly object: KubeObject }
  | { readonly outcome: 'conflict'; readonly conflicts: readonly FieldConflict[] }
  | {
      readonly outcome: 'refused';
      readonly message: string;
      /** The namespace that is not there. @default - that is not what is wrong */
      readonly missingNamespace?: string;
      /** The admission webhook that cannot be asked without being told of a change. @default - that is not what is wrong */
      readonly unaskable?: string;
    };

export interface DryRunOptions {
  /** In whose name. @default 'zeroshift' */
  readonly fieldManager?: string;
  /** As if the fields of other managers were taken over. @default false */
  readonly force?: boolean;
}

export type Removal =
  | { readonly outcome: 'deleted' | 'gone' }
  /** It is not what it was when it was read, and stays. */
  | { readonly outcome: 'changed' }
  | {
      readonly outcome: 'refused';
      readonly message: string;
      /** A webhook or the server failed, so that it may go through another time. @default false */
      readonly mayPass?: boolean;
    };

/**
 * What compares a definition with a cluster, and takes away what left it: apart from the port that the engine has, which
 * deletes nothing. Where there is no answer, calls throw as the port's do.
 */
export interface DefinitionPort extends ClusterPort {
  /** Everything that the cluster serves, subresources aside. */
  discover(): Promise<Discovered>;
  /** A server-side apply that stores nothing, of a kind that is served. Never writes. */
  dryRun(object: KubeObject, options?: DryRunOptions): Promise<DryRun>;
  /** Deletes an object as it was read: the one of this uid, unless it changed since. What it owns goes with it. */
  remove(object: KubeObject): Promise<Removal>;
  /**
   * Lists the objects of a kind, then tells what becomes of them until the signal is given. What can be overcome is, and
   * told as `broken`; where the kind cannot be read to begin with, it throws as the port's calls do. Keeps keys and
   * versions, never values.
   */
  watch(kind: Kind, options: WatchOptions): AsyncIterable<WatchEvent>;
}
