import { ClusterError, Overdue } from '../../clusters/cluster-error.ts';
import type { Clock } from '../../cutover/ports.ts';

/** Calls at a time: to begin with, and at most. */
const first = 16;
const most = 64;
/** How many more there may be after each round of them. */
const growth = 4;
/** Milliseconds within which an answer is fast wherever the cluster is; of one that is far away, twice the best counts. */
const fastMs = 100;
/** Milliseconds: a longer pause is not worth a process that waits. */
const longestPause = 60_000;

/** Too many requests, an overloaded server, no answer in time. */
const isCongestion = (error: unknown): boolean =>
  error instanceof ClusterError &&
  error.reason === 'passing' &&
  ([429, 503, 504].includes(error.status ?? 0) || error.cause instanceof Overdue);

/**
 * How many calls one API server gets at a time: a few more after each round of fast answers, half as many when it cannot
 * keep up, none while it asks to wait. Calls begin in the order in which they were asked for.
 */
export class AdaptiveLimit {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: (() => void)[] = [];
  #size = first;
  #active = 0;
  #begun = 0;
  /** Calls that had begun before the last cut: what they say was said already. */
  #heard = 0;
  #best = Number.POSITIVE_INFINITY;
  #pausedUntil = 0;
  #isPausing = false;
  /** Since when nothing but failures was heard. */
  #silentSince: number | undefined;

  /** @param signal ends every pause */
  constructor(clock: Clock, signal?: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** How many there may be now. */
  get size(): number {
    return Math.floor(this.#size);
  }

  /** Milliseconds for which calls have failed and none has been answered. */
  get silentFor(): number {
    return this.#silentSince === undefined ? 0 : this.#clock.now() - this.#silentSince;
  }

  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    await this.#slot();
    const began = this.#clock.now();
    const number = ++this.#begun;
    try {
      const result = await call();
      this.#succeeded(this.#clock.now() - began);
      return result;
    } catch (error) {
      this.#failed(error, number);
      throw error;
    } finally {
      this.#active--;
      this.#next();
    }
  }

  #slot(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#next();
    });
  }

  #next(): void {
    const left = this.#pausedUntil - this.#clock.now();
    if (left > 0 && this.#signal?.aborted !== true) {
      if (!this.#isPausing && this.#waiting.length > 0) void this.#pause(left);
      return;
    }
    while (this.#active < this.size) {
      const begin = this.#waiting.shift();
      if (begin === undefined) return;
      this.#active++;
      begin();
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    this.#isPausing = true;
    await this.#clock.sleep(milliseconds, this.#signal);
    this.#isPausing = false;
    this.#next();
  }

  #succeeded(took: number): void {
    this.#silentSince = undefined;
    this.#best = Math.min(this.#best, took);
    if (took <= Math.max(fastMs, 2 * this.#best))
      this.#size = Math.min(most, this.#size + growth / this.#size);
  }

  #failed(error: unknown, number: number): void {
    // Somebody who refuses is there.
    if (!(error instanceof ClusterError) || error.reason !== 'passing') this.#silentSince = undefined;
    else this.#silentSince ??= this.#clock.now();
    if (error instanceof ClusterError && error.retryAfterMs !== undefined) {
      const pause = Math.min(longestPause, error.retryAfterMs);
      this.#pausedUntil = Math.max(this.#pausedUntil, this.#clock.now() + pause);
    }
    if (!isCongestion(error) || number <= this.#heard) return;
    this.#size = Math.max(1, this.#size / 2);
    this.#heard = this.#begun;
  }
}
