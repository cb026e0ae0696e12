import type { History } from '../history.ts';
import type { ResourceDefinition } from '../resource-definition.ts';
import type { Store } from '../store.ts';

/** What a pod answered to a request through the API server's proxy. */
export interface ProxyAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Sends a GET to a pod's port; `path` starts with `/` and holds the query.
 * Undefined where there is no such pod or nothing listens on the port.
 */
export type PodProxy = (
  namespace: string,
  name: string,
  port: number,
  path: string,
) => Promise<ProxyAnswer | undefined>;

/** What the handlers of one API server share. */
export interface Context {
  readonly store: Store;
  readonly history: History;
  readonly resources: readonly ResourceDefinition[];
  readonly podProxy: PodProxy;
  readonly now: () => Date;
  readonly bookmarkEveryMs: number;
}
