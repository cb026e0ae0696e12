import type { KubeObject } from '../../clusters/cluster-port.ts';

/** What was mended, or is not in the file and cannot be known. Codes are a contract. */
export type RepairCode =
  /** `revisionName` beside `latestRevision: true`, which the webhook refuses, was taken away. */
  | 'latest-by-name'
  /** The file says nothing of the traffic; all of it follows the latest revision. */
  | 'traffic-missing'
  /** Fields that belong to the cluster that the object came from were left behind. */
  | 'cluster-fields'
  /** An earlier state of a service became the revision that it stands for. */
  | 'replayed'
  /** Which generation a revision was is not in the file: it was numbered. */
  | 'generation-numbered'
  /** The revision that the service's template makes is not in the file: its name was worked out. */
  | 'latest-named'
  /** The traffic names a revision that is not in the file. */
  | 'revision-missing'
  /** Images are named by tags, and what they stood for is not in the file. */
  | 'digest-unknown'
  /** The file names no namespace. */
  | 'namespace-chosen'
  /** The namespace itself is not in the file. */
  | 'namespace-bare'
  /** A Secret without values says nothing, and would be made empty. */
  | 'secret-left-out';

export interface ExportRepair {
  /** `file:line` */
  readonly where: string;
  /** `Service shop/cart` */
  readonly object: string;
  readonly code: RepairCode;
  /** What was done and why, as a clause. */
  readonly text: string;
}

/** Where an inventory was taken, as its first line says. */
export interface ExportOrigin {
  readonly colour: string;
  readonly region: string;
  readonly cluster: string;
}

/** A Secret by name only. */
export interface NamedSecret {
  readonly namespace: string;
  readonly name: string;
  /** Sorted; empty where they are not known. */
  readonly keys: readonly string[];
  /** Whether a migration from cluster to cluster would carry it; otherwise something makes or delivers it. */
  readonly moves: boolean;
}

/** A file as its cluster was: plain data. It holds no value of a Secret. */
export interface ExportedFile {
  /** The file's name, as it was asked for. */
  readonly source: string;
  /** @default - the file does not say */
  readonly origin?: ExportOrigin;
  /** As a cluster would give them: services with their configurations and revisions, each of its generation. */
  readonly objects: readonly KubeObject[];
  /** Secrets that the file's comments name. */
  readonly secrets: readonly NamedSecret[];
  /** In the order of the file. */
  readonly repairs: readonly ExportRepair[];
}
