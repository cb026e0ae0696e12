import type { Store } from '../../kube-api/index.ts';
import type { ClusterConfig } from '../config/index.ts';

/** What a reconciler has to work with. */
export interface ControllerContext {
  readonly store: Store;
  readonly config: () => ClusterConfig;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}
