import { ZeroshiftError } from '../../lib/messages/error.ts';
import type {
  DeploymentStatus,
  Endpoint,
  EndpointGroup,
  TrafficPort,
} from '../../lib/traffic/traffic-port.ts';
import type { SimulatedClock } from './simulated-clock.ts';

interface Group {
  readonly region: string;
  endpoints: readonly Endpoint[];
  /** Endpoint id → the weight by which flows are given now. */
  effective: ReadonlyMap<string, number>;
}

const weightsOf = (endpoints: readonly Endpoint[]): ReadonlyMap<string, number> =>
  new Map(endpoints.map(({ id, weight }) => [id, weight]));

/** An accelerator: a write is accepted at once, and is DEPLOYED, and felt by new flows, some time later. */
export class SimulatedAccelerator implements TrafficPort {
  readonly groups = new Map<string, Group>();
  /** Endpoint ids that do not answer their health checks. */
  readonly unhealthy = new Set<string>();
  /** Milliseconds from an accepted change to its effect. */
  propagation = 2_000;
  #deployedAt = 0;

  constructor(private readonly clock: SimulatedClock) {}

  add(arn: string, region: string, endpoints: readonly Endpoint[]): void {
    this.groups.set(arn, { region, endpoints, effective: weightsOf(endpoints) });
  }

  group(arn: string): Group {
    const found = this.groups.get(arn);
    if (found === undefined)
      throw new ZeroshiftError('there is no such endpoint group', {
        code: 'traffic.not-found',
        source: 'outside',
      });
    return found;
  }

  async readGroup(arn: string): Promise<EndpointGroup> {
    const { region, endpoints } = this.group(arn);
    return {
      arn,
      region,
      endpoints: endpoints.map((endpoint) => ({
        ...endpoint,
        health: this.unhealthy.has(endpoint.id) ? 'UNHEALTHY' : 'HEALTHY',
      })),
    };
  }

  async writeGroup(arn: string, endpoints: readonly Endpoint[]): Promise<void> {
    this.set(arn, endpoints);
  }

  /** What whoever may do it does to a group. */
  set(arn: string, endpoints: readonly Endpoint[]): void {
    const group = this.group(arn);
    group.endpoints = endpoints.map(({ health, healthReason, ...endpoint }) => endpoint);
    this.#deployedAt = Math.max(this.#deployedAt, this.clock.now() + this.propagation);
    const written = group.endpoints;
    this.clock.in(this.propagation, () => {
      if (group.endpoints === written) group.effective = weightsOf(written);
    });
  }

  async status(): Promise<DeploymentStatus> {
    return this.inProgress ? 'IN_PROGRESS' : 'DEPLOYED';
  }

  /** Whether new flows are given by the weights that were written. */
  felt(arn: string): boolean {
    const { endpoints, effective } = this.group(arn);
    return endpoints.every(({ id, weight }) => effective.get(id) === weight);
  }

  get inProgress(): boolean {
    return this.clock.now() < this.#deployedAt;
  }

  /** Part of the new flows that an endpoint gets, 0–1. Where none is healthy, it fails open. */
  share(arn: string, endpoint: string): number {
    const { effective } = this.group(arn);
    const own = effective.get(endpoint) ?? 0;
    if (own <= 0) return 0;
    let [healthy, all] = [0, 0];
    for (const [id, weight] of effective) {
      all += weight;
      if (!this.unhealthy.has(id)) healthy += weight;
    }
    if (healthy <= 0) return own / all;
    return this.unhealthy.has(endpoint) ? 0 : own / healthy;
  }
}
