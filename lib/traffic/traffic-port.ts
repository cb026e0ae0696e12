/** The port to move traffic: what the engine asks of an accelerator, whoever plays it. */

export type EndpointHealth = 'INITIAL' | 'HEALTHY' | 'UNHEALTHY';

/** One endpoint of an endpoint group, ours or not. */
export interface Endpoint {
  /** For an entrance, the NLB's ARN. */
  readonly id: string;
  /** Integer 0–255. */
  readonly weight: number;
  readonly clientIpPreservation?: boolean;
  /** Only for endpoints attached from another account. */
  readonly attachmentArn?: string;
  readonly health?: EndpointHealth;
  readonly healthReason?: string;
}

export interface EndpointGroup {
  readonly arn: string;
  readonly region: string;
  readonly endpoints: readonly Endpoint[];
}

export type DeploymentStatus = 'DEPLOYED' | 'IN_PROGRESS';

/**
 * Every call has its own time-out and throws a `ZeroshiftError`: `traffic.unavailable` (try again; a write may have
 * been accepted all the same), `traffic.refused` (it will not be accepted), `traffic.denied` (credentials or
 * permissions), `traffic.not-found`.
 */
export interface TrafficPort {
  readGroup(endpointGroupArn: string): Promise<EndpointGroup>;
  /** Replaces the whole set, as `UpdateEndpointGroup` does: give every endpoint, others' included. */
  writeGroup(endpointGroupArn: string, endpoints: readonly Endpoint[]): Promise<void>;
  status(acceleratorArn: string): Promise<DeploymentStatus>;
}
