/** Waiting and the time of day, so that tests can hold the clock. */
export interface Timers {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs it once after so many milliseconds; the answer cancels it. */
  after(milliseconds: number, run: () => void): () => void;
}

export const realTimers: Timers = {
  now: () => Date.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
