import type { Clock } from '../../lib/cutover/ports.ts';

/** A clock that jumps instead of waiting; what is due on the way happens at its time. */
export class SimulatedClock implements Clock {
  #now: number;
  /** In the order in which it happens. */
  readonly #due: { at: number; run: () => void }[] = [];
  readonly #listeners: ((milliseconds: number) => void)[] = [];

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  async sleep(milliseconds: number): Promise<void> {
    this.advance(milliseconds);
  }

  /** Runs once at this time, or with the next advance when it has passed. */
  at(time: number, run: () => void): void {
    let place = this.#due.length;
    while (place > 0 && (this.#due[place - 1]?.at ?? 0) > time) place--;
    this.#due.splice(place, 0, { at: time, run });
  }

  in(milliseconds: number, run: () => void): void {
    this.at(this.#now + milliseconds, run);
  }

  /** Told of every stretch of time that passes, a second at most. */
  onPass(listener: (milliseconds: number) => void): void {
    this.#listeners.push(listener);
  }

  /** When the next thing is due, if any is. */
  get nextDue(): number | undefined {
    return this.#due[0]?.at;
  }

  advance(milliseconds: number): void {
    const until = this.#now + milliseconds;
    for (let next = this.#due[0]; next !== undefined && next.at <= until; next = this.#due[0]) {
      this.#due.shift();
      this.#pass(Math.max(next.at, this.#now));
      next.run();
    }
    this.#pass(until);
  }

  #pass(until: number): void {
    while (this.#now < until) {
      const length = Math.min(1000, until - this.#now);
      this.#now += length;
      for (const listener of this.#listeners) listener(length);
    }
  }
}
