/** The port to what a colour's load balancer says of itself. */

/** A minute of a load balancer. What a part of it says nothing about counted nothing. */
export interface BalancerMinute {
  /** Milliseconds since the epoch when it began. */
  readonly at: number;
  /** New flows. */
  readonly flows: number;
  /** Flows that a target reset. */
  readonly targetResets: number;
  /** Flows that the load balancer reset. */
  readonly balancerResets: number;
  /** Most targets that were unhealthy at once. */
  readonly unhealthy: number;
}

export interface BalancerReading {
  /** The last minutes that are complete, rising; those without a flow or a target are not there. */
  readonly minutes: readonly BalancerMinute[];
  /** Why there is nothing to read. @default - it was read */
  readonly error?: string;
}

export interface BalancerPort {
  /** Never throws: what cannot be read is said. */
  read(): Promise<BalancerReading>;
}
