import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { Owner } from './owners.ts';

/** Why an object is not moved. Codes are a contract. */
export type StayReason =
  /** Its data lie on a disk: they do not move by themselves. */
  | 'data'
  /** Something else in the cluster makes it, and will there. */
  | 'made-by'
  /** Who delivers it, or makes its content, does so there: see `owner`. */
  | 'managed-by'
  /** It belongs to an installation: Kubernetes, Knative, what clusters come with. */
  | 'system'
  /** It acts on events: Knative Eventing is listed only. */
  | 'eventing'
  /** Every cluster has its own. */
  | 'cluster-own'
  /** A kind of which nothing is known here. */
  | 'unknown-kind'
  /** A revision that retention would let go. */
  | 'retention'
  /** A Job that has run. */
  | 'finished'
  /** It is being deleted. */
  | 'being-deleted';

/**
 * How often a workload runs while both colours are up: `serving` on both, `undecided` cannot be told from what the
 * cluster says. (`singleton` and `skip` are said by people alone.)
 */
export type Role = 'serving' | 'undecided' | 'singleton' | 'skip';

/** Why a revision matters. */
export type RevisionUse =
  /** It gets a share of the traffic. */
  | 'routed'
  /** It answers at an address of its own. */
  | 'tagged'
  /** The traffic names it. */
  | 'pinned'
  /** It is the newest one, or the newest that is ready. */
  | 'latest'
  /** Its annotation keeps it from being collected. */
  | 'preserved'
  /** `config-gc` of this cluster keeps it. */
  | 'retained';

/** Who refers to an object: the first few, and how many in all. */
export interface NeededBy {
  readonly first: readonly string[];
  readonly count: number;
}

/** An object of the cluster that has to move, or does not. */
export interface InventoryObject {
  readonly entry: 'object';
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly fate: 'moves' | 'stays';
  /** Of what stays. */
  readonly reason?: StayReason;
  /** Who delivers it or makes its content. @default - nobody who can be seen */
  readonly owner?: Owner;
  /** Of workloads. */
  readonly role?: Role;
  /** Of revisions. */
  readonly uses?: readonly RevisionUse[];
  /** Of Secrets: the names of their keys. Values are never kept. */
  readonly keys?: readonly string[];
  readonly neededBy?: NeededBy;
  /** Of Services and Configurations: their controller has not come to their last change, and what is known of them is no whole. */
  readonly unsettled?: true;
  /** What a person should know besides, as a clause. */
  readonly note?: string;
  /** Without what belongs to the cluster, and without a Secret's values. */
  readonly object: KubeObject;
}

/** Something is referred to, cannot be done without, and is not there. */
export interface InventoryMissing {
  readonly entry: 'missing';
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly neededBy: NeededBy;
}

/** A setting of the cluster's Knative that is not Knative's default. */
export interface InventorySetting {
  readonly entry: 'setting';
  readonly map: string;
  readonly key: string;
  readonly value: string;
  /** Empty for none. */
  readonly fallback: string;
  /** Of features: services and standing configurations that use it. */
  readonly usedBy?: number;
}

/** Objects of a kind could not be read, so nothing is known of them. */
export interface InventoryUnread {
  readonly entry: 'unread';
  readonly kind: string;
  readonly namespace?: string;
  readonly why: string;
}

export type InventoryEntry = InventoryObject | InventoryMissing | InventorySetting | InventoryUnread;
