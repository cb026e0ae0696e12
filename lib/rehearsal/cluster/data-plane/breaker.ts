interface Entry {
  readonly start: () => void;
}

/** Lets a number of requests in at once, queues a number more in order of arrival, and refuses the rest. */
export class Breaker {
  private inside = 0;
  private readonly queue = new Set<Entry>();

  constructor(
    private readonly capacity: number,
    private readonly queueDepth: number,
  ) {}

  /**
   * Calls `start` when there is room, now or later. Returns the function with which the request leaves, whether it has
   * started or still waits; undefined when the queue is full.
   */
  enter(start: () => void): (() => void) | undefined {
    if (this.inside >= this.capacity && this.queue.size >= this.queueDepth) return undefined;
    const entry: Entry = { start };
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      if (this.queue.delete(entry)) return;
      this.inside -= 1;
      this.admit();
    };
    this.queue.add(entry);
    this.admit();
    return leave;
  }

  private admit(): void {
    for (const entry of this.queue) {
      if (this.inside >= this.capacity) return;
      this.queue.delete(entry);
      this.inside += 1;
      entry.start();
    }
  }
}
