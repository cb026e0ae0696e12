import type { GatewaySample, MetricsPort } from '../../lib/metrics/metrics-port.ts';
import { unbounded } from '../../lib/metrics/metrics-port.ts';
import type { SimulatedClock } from './simulated-clock.ts';
import type { SimulatedCluster } from './simulated-cluster.ts';

const bounds = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, unbounded];

interface Counters {
  flows: number;
  open: number;
  requests: number;
  errors: number;
  readonly within: number[];
}

/** The gateways of one colour: what they count of the traffic that they are given. */
export class SimulatedGateways implements MetricsPort {
  /** Part of the requests that end in an error, 0–1. */
  errorRate = 0;
  /** Milliseconds within which 9 of 10 requests are answered. */
  latency = 20;
  readonly #pods = new Map<string, Counters>();

  constructor(
    private readonly clock: SimulatedClock,
    private readonly cluster: SimulatedCluster,
  ) {}

  get open(): number {
    let sum = 0;
    for (const { open } of this.#pods.values()) sum += open;
    return sum;
  }

  /** New flows until now. */
  get flows(): number {
    let sum = 0;
    for (const { flows } of this.#pods.values()) sum += flows;
    return sum;
  }

  /** New flows, and the old ones' part that ends, in a stretch of time. */
  connect(flows: number, ending: number): void {
    const pods = this.cluster.gateways();
    for (const name of this.#pods.keys()) if (!pods.some((pod) => pod.name === name)) this.#pods.delete(name);
    let taking = 0;
    for (const pod of pods) if (!pod.ending) taking++;
    for (const pod of pods) {
      const counters = this.#counters(pod.name);
      // A gateway that ends closes its connections; their clients come back as new flows elsewhere.
      counters.open = pod.ending ? 0 : counters.open * (1 - ending) + flows / taking;
      if (!pod.ending) counters.flows += flows / taking;
    }
  }

  answer(requests: number): void {
    const { open } = this;
    for (const counters of this.#pods.values()) {
      const part = open > 0 ? (requests * counters.open) / open : requests / this.#pods.size;
      counters.requests += part;
      counters.errors += part * this.errorRate;
      for (const [index, bound] of bounds.entries())
        counters.within[index] = (counters.within[index] ?? 0) + part * this.#within(bound);
    }
  }

  async gateways(): Promise<GatewaySample> {
    for (const { name } of this.cluster.gateways()) this.#counters(name);
    const pods = [...this.#pods];
    const sum = (of: (counters: Counters) => number): number =>
      pods.reduce((total, [, counters]) => total + Math.floor(of(counters)), 0);
    return {
      at: this.clock.now(),
      flows: sum(({ flows }) => flows),
      openFlows: sum(({ open }) => open),
      requests: sum(({ requests }) => requests),
      errors: sum(({ errors }) => errors),
      latency: bounds.map((le, index) => ({ le, count: sum(({ within }) => within[index] ?? 0) })),
      sources: pods.map(([name]) => name),
    };
  }

  #within(bound: number): number {
    if (bound >= this.latency * 4) return 1;
    if (bound >= this.latency * 2) return 0.995;
    if (bound >= this.latency) return 0.9;
    return bound >= this.latency / 2 ? 0.5 : 0;
  }

  #counters(name: string): Counters {
    const found = this.#pods.get(name);
    if (found !== undefined) return found;
    const fresh: Counters = { flows: 0, open: 0, requests: 0, errors: 0, within: bounds.map(() => 0) };
    this.#pods.set(name, fresh);
    return fresh;
  }
}
