/** The port to measurements: what gates compare. Counters only grow; a gate looks at the difference of two samples. */

/** The bound of the last bucket of a histogram. Not `Infinity`, which JSON, and so the journal, turns into null. */
export const unbounded = Number.MAX_VALUE;

/** What a colour's gateways have counted since they started, summed over its gateways. */
export interface GatewaySample {
  /** Milliseconds since the epoch, when it was read. */
  readonly at: number;
  /** New connections (flows). */
  readonly flows: number;
  /** Open connections now. */
  readonly openFlows: number;
  /** Requests answered. */
  readonly requests: number;
  /** Of these, with a status of 500 or more. */
  readonly errors: number;
  /** Latency histogram, cumulative: requests answered within `le` milliseconds, rising; the last is `unbounded`. */
  readonly latency: readonly { readonly le: number; readonly count: number }[];
  /** Who was read, pod by pod (name, uid, restarts): a changed set means that counters restarted. */
  readonly sources: readonly string[];
  /** The counters of each source, so that one that restarted does not hide in the sum. @default - only the sums are known */
  readonly perSource?: Readonly<
    Record<string, { readonly flows: number; readonly requests: number; readonly errors: number }>
  >;
}

/** What came to a revision through a colour's gateways. */
export interface RevisionTraffic {
  /** Requests under way now. */
  readonly active: number;
  /** Requests answered. */
  readonly requests: number;
  /** Of these, with a status of 500 or more. */
  readonly errors: number;
}

export interface ProbeResult {
  readonly url: string;
  readonly ok: boolean;
  /** HTTP status, when there was one. */
  readonly status?: number;
  /** Milliseconds to the complete answer. */
  readonly latency: number;
  readonly error?: string;
  /** The service that it was sent for, where that one is too quiet for statistics. @default - not known */
  readonly quiet?: string;
}

export interface MetricsPort {
  /** @throws ZeroshiftError `metrics.unavailable` (try again): a gateway that cannot be read is never a zero */
  gateways(): Promise<GatewaySample>;
  /**
   * What came to each revision (`namespace/name`) through the gateways since they started.
   * @throws ZeroshiftError `metrics.unavailable` (try again)
   * @default - revisions cannot be told apart
   */
  revisions?(): Promise<Readonly<Record<string, RevisionTraffic>>>;
}

export interface ProbePort {
  /** One GET through an entrance with a service's host name; never throws for an answer that is wrong or missing. */
  probe(target: { address: string; host: string; path: string; timeoutMs: number }): Promise<ProbeResult>;
}
