import type { DefinitionPort } from '../../lib/clusters/index.ts';

/** A cluster with Knative Serving and Kourier, as the suite sees it. */
export interface ConformanceCluster {
  /** For titles. */
  readonly name: string;
  readonly port: DefinitionPort;
  /** `host:port` that leads to the gateways' HTTP listener. */
  readonly gateway: string;
  /** Of an application that keeps to `app-contract.ts`. */
  readonly image: string;
  close(): Promise<void>;
}

/** Where the suite's services live; made and taken away by it. */
export const namespace = 'conformance';

/** Milliseconds that what the suite waits for may take before it has failed. */
export const patience = {
  /** A service becomes ready, a revision takes its traffic. */
  ready: 60_000,
  /** A revision without requests has no pod any more: its window, the grace period of 30 s and a pod's own end. */
  zero: 150_000,
  /** One answer. */
  answer: 30_000,
} as const;
