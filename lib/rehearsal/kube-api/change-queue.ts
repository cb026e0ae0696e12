/**
 * Tells listeners of changes in order, when the whole of a change is done (an owner and its children, for example).
 * A listener that makes a change adds to the queue: its events come after those of the change that it was told of.
 */
export class ChangeQueue {
  readonly #pending: (() => void)[] = [];
  #telling = false;
  #depth = 0;

  /** Runs a change; what it tells is delivered when the outermost change is done. */
  run<Result>(change: () => Result): Result {
    this.#depth += 1;
    try {
      return change();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) this.#deliver();
    }
  }

  tell(delivery: () => void): void {
    this.#pending.push(delivery);
  }

  #deliver(): void {
    if (this.#telling) return;
    this.#telling = true;
    for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
      try {
        next();
      } catch (error) {
        // The write has happened and its writer is not to blame: the listener's bug surfaces by itself.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
    this.#telling = false;
  }
}
