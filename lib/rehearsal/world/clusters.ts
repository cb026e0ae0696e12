import type { Colour, Fleet, Region } from '../../fleet/index.ts';
import type { ClusterInfo } from './parts.ts';
import type { Care } from './thread.ts';

/** Where and for what clusters are opened. */
export interface Place {
  readonly fleet: Fleet;
  readonly region: Region;
  /** Absolute; kubeconfigs of one's own are written here. */
  readonly directory: string;
  readonly seed: number;
  readonly care: Care;
}

/** The two clusters of a world, each with an entrance before it. */
export interface WorldClusters {
  readonly infos: Readonly<Record<Colour, ClusterInfo>>;
  /**
   * They were there before the rehearsal: their settings of Serving stay as they are, and what is written to them
   * carries a label by which it is taken away again.
   */
  readonly foreign: boolean;
  /** Resolves when every answer of the colour is an error, or no longer. */
  setFault(colour: Colour, fault: 'errors' | null): Promise<void>;
  /** Ends what was started for them, and takes away what was made in them. */
  close(): Promise<void>;
}

/** Has its own end under control: when it throws, nothing of it is left. */
export type OpenClusters = (place: Place) => Promise<WorldClusters>;
