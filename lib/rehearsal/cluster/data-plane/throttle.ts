import { createBalancer, type Target } from '../../../autoscaling/index.ts';
import type { Random } from '../../random.ts';

interface Pod extends Target {
  readonly port: number;
  inFlight: number;
  capacity: number;
}

/** A request at the activator. */
export interface Visitor {
  /** Called with the port of the pod that it may go to. */
  readonly start: (port: number) => void;
  /** Called instead when the revision is gone. */
  readonly refuse: () => void;
  /** A pod that is not to be tried again while there is another. */
  readonly avoid: number | undefined;
}

interface Slot {
  readonly visitor: Visitor;
  /** Where it is; undefined while it waits. */
  pod: Pod | undefined;
}

/** Requests that wait at most; Knative's own number. */
const queueDepth = 10_000;

/** Holds the requests of one revision until a pod has room, first come first served. */
export class Throttle {
  private pods: readonly Pod[] = [];
  private readonly waiting = new Set<Slot>();
  private containerConcurrency = 0;
  private choose: (targets: readonly Target[]) => number;
  private closed = false;

  constructor(private readonly random: Random) {
    this.choose = createBalancer(0, random);
  }

  get hasPods(): boolean {
    return this.pods.length > 0;
  }

  /** The pods that are ready now. One that stays keeps its count. */
  update(ports: readonly number[], containerConcurrency: number): void {
    if (containerConcurrency !== this.containerConcurrency) {
      this.containerConcurrency = containerConcurrency;
      this.choose = createBalancer(containerConcurrency, this.random);
    }
    const capacity = containerConcurrency === 0 ? Number.POSITIVE_INFINITY : containerConcurrency;
    const known = new Map(this.pods.map((pod) => [pod.port, pod]));
    this.pods = ports.map((port) => known.get(port) ?? { port, capacity, inFlight: 0 });
    for (const pod of this.pods) pod.capacity = capacity;
    this.admit();
  }

  /** Returns the function with which the request leaves, started or not; undefined when the queue is full. */
  enter(visitor: Visitor): (() => void) | undefined {
    if (this.closed || this.waiting.size >= queueDepth) return undefined;
    const slot: Slot = { visitor, pod: undefined };
    let left = false;
    this.waiting.add(slot);
    this.admit();
    return () => {
      if (left) return;
      left = true;
      this.waiting.delete(slot);
      if (slot.pod !== undefined) slot.pod.inFlight -= 1;
      this.admit();
    };
  }

  /** Refuses those that wait, and everything from now on. */
  close(): void {
    this.closed = true;
    const refused = [...this.waiting];
    this.waiting.clear();
    for (const { visitor } of refused) visitor.refuse();
  }

  private admit(): void {
    for (const slot of this.waiting) {
      const pod = this.podFor(slot.visitor);
      if (pod === undefined) return;
      this.waiting.delete(slot);
      pod.inFlight += 1;
      slot.pod = pod;
      slot.visitor.start(pod.port);
    }
  }

  private podFor({ avoid }: Visitor): Pod | undefined {
    const fit =
      avoid === undefined || this.pods.length < 2 ? this.pods : this.pods.filter((pod) => pod.port !== avoid);
    return fit[this.choose(fit)];
  }
}
