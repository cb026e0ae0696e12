import type { SimulatedClock } from '../../helpers/simulated-clock.ts';

/**
 * Time for several operators at once. Whoever is alone jumps; with others it sleeps, and the clock goes on to what is due
 * next once nobody has anything left to do. No time of the machine is used: the same run is always the same.
 */
export class SharedTime {
  /** Who is at work, asleep or not. */
  active = 0;
  #asleep = 0;
  #stepping = false;

  constructor(readonly clock: SimulatedClock) {}

  sleep(milliseconds: number): Promise<void> {
    if (this.active <= 1 && this.#asleep === 0) {
      this.clock.advance(milliseconds);
      // What began meanwhile has its turn.
      return this.active <= 1 ? Promise.resolve() : this.#wait(0);
    }
    return this.#wait(milliseconds);
  }

  #wait(milliseconds: number): Promise<void> {
    this.#asleep++;
    return new Promise((resolve) => {
      this.clock.in(milliseconds, () => {
        this.#asleep--;
        resolve();
      });
      this.#step();
    });
  }

  #step(): void {
    if (this.#stepping) return;
    this.#stepping = true;
    // After everything that can go on without time has gone on.
    setImmediate(() => {
      this.#stepping = false;
      if (this.#asleep === 0) return;
      this.clock.advance(Math.max(0, (this.clock.nextDue ?? this.clock.now()) - this.clock.now()));
      this.#step();
    });
  }
}
