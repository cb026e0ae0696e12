import type { Entrance, ManagedEntrance } from '../entrance/index.ts';

/** What the control plane of a rehearsal cluster (controllers) asks of its data plane (sockets), and is told by it. */

/** What a user container of a rehearsal does; read from its environment variables. */
export interface AppSettings {
  /** Answer body starts with this. Variable `TARGET`. */
  readonly target: string;
  /** Milliseconds to an answer. `ANSWER_MS` */
  readonly answerMs: number;
  /** HTTP status of an answer. `ANSWER_STATUS` */
  readonly answerStatus: number;
  /** Bytes of an answer's body, padded. `ANSWER_BYTES` */
  readonly answerBytes: number;
  /** Milliseconds from start to ready. `STARTUP_MS` */
  readonly startupMs: number;
  /** Milliseconds that it goes on after SIGTERM once idle. `SHUTDOWN_MS` */
  readonly shutdownMs: number;
}

export interface PodSpec {
  readonly namespace: string;
  readonly name: string;
  /** `namespace/revision`. */
  readonly revision: string;
  readonly service: string;
  readonly app: AppSettings;
  /** 0 is no limit. */
  readonly containerConcurrency: number;
  readonly timeoutMs: number;
}

/** A pod that runs: its container and the queue-proxy in front of it, each an HTTP server on loopback. */
export interface RunningPod {
  /** `127.0.0.1:port` of the queue-proxy; empty until it listens, at the latest when `ready` resolves. */
  readonly address: string;
  /** Resolves when the queue-proxy answers ready; stays pending when the pod is stopped before. */
  readonly ready: Promise<void>;
  /**
   * Average concurrency and requests a second since the last call, as the autoscaler scrapes them: without what came
   * through the activator, which `scrapeActivator` has. The revision's figure is the sum of both.
   */
  scrape(): { averageConcurrency: number; requestsPerSecond: number };
  /**
   * Graceful end: takes no new requests after a quiet period, finishes those it has. Resolves when gone, at the latest
   * after `graceMs`, when what is left is cut. First take the pod out of `RevisionEndpoints.pods`.
   */
  stop(graceMs: number): Promise<void>;
}

/** Where a host's requests go. Percentages add up to 100. */
export interface HostRoute {
  readonly splits: readonly { readonly revision: string; readonly percent: number }[];
}

/** A revision as the gateway and the activator see it. */
export interface RevisionEndpoints {
  /** Ready pods' queue-proxies. */
  readonly pods: readonly string[];
  /** Requests go through the activator (without burst capacity). Without pods they do in any case. */
  readonly viaActivator: boolean;
  readonly containerConcurrency: number;
  /** Milliseconds a request may take; the activator holds it no longer. */
  readonly timeoutMs: number;
}

export interface Gateway {
  /** Name of the gateway's pod. */
  readonly name: string;
  /** `127.0.0.1:port` of its HTTP listener. */
  readonly address: string;
  /** `127.0.0.1:port` of its admin listener: `/ready` (200, or 503 while it drains) and `/stats/prometheus`. */
  readonly adminAddress: string;
  /**
   * Envoy's statistics in Prometheus' text format: what `/stats/prometheus` on its admin port answers.
   * `filter`: a regular expression that Envoy's own names of statistics must have.
   */
  stats(filter?: string): string;
  /**
   * Deregister, answer with `Connection: close`, wait until its connections are gone or the time is over, stop. Idle
   * connections are then closed; a request under way is still finished, within its revision's time-out. Loses nothing
   * when clients leave a connection idle for less than `timeoutMs`.
   */
  drain(timeoutMs: number): Promise<void>;
}

export interface DataPlane {
  startPod(spec: PodSpec): RunningPod;
  /** Resolves when it listens and the entrance has found it healthy. */
  startGateway(name: string): Promise<Gateway>;
  /** Host name (in any case, without a port) → route. Replaces the whole table at once. */
  setRoutes(routes: ReadonlyMap<string, HostRoute>): void;
  /** `namespace/revision`. Requests that the activator holds go to new pods at once. */
  setRevision(revision: string, endpoints: RevisionEndpoints): void;
  /** Requests that the activator holds for it are answered with 503. */
  deleteRevision(revision: string): void;
  /**
   * Called, possibly often, when a request reaches the activator for a revision that has no pods or had no request
   * there; the autoscaler pokes from there. `scrapeActivator` already counts the request.
   */
  onActivation(listener: (revision: string) => void): void;
  /** Average concurrency and requests a second that the activator held or passed for a revision since the last call. */
  scrapeActivator(revision: string): { averageConcurrency: number; requestsPerSecond: number };
  /** From now on every answer of this cluster is an error (fault `bad-green`), or no longer. */
  setFault(fault: 'errors' | undefined): void;
  /** `host:port` per fleet port: the entrance, a TCP load balancer over the ready gateways. */
  readonly entrance: Entrance & Pick<ManagedEntrance, 'groups'>;
  close(): Promise<void>;
}
