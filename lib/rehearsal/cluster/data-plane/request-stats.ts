/** Concurrency and rate of the requests at one place, averaged between two reports. Times are milliseconds. */
export class RequestStats {
  private concurrency = 0;
  private requests = 0;
  private area = 0;
  private lastChange: number;
  private since: number;

  constructor(now: number) {
    this.lastChange = now;
    this.since = now;
  }

  /** Requests that are here now. */
  get active(): number {
    return this.concurrency;
  }

  begin(now: number): void {
    this.advance(now);
    this.concurrency += 1;
    this.requests += 1;
  }

  end(now: number): void {
    this.advance(now);
    this.concurrency -= 1;
  }

  /** Starts measuring anew, as if what came before had never been. Requests that are here stay. */
  restart(now: number): void {
    this.requests = 0;
    this.area = 0;
    this.lastChange = now;
    this.since = now;
  }

  /** Averages since the last report. */
  report(now: number): { averageConcurrency: number; requestsPerSecond: number } {
    this.advance(now);
    const elapsed = now - this.since;
    // Over (nearly) no time there is no average: what is here now counts.
    const instant = elapsed < 10;
    const report = {
      averageConcurrency: instant ? this.concurrency : this.area / elapsed,
      requestsPerSecond: instant ? this.requests : (this.requests * 1000) / elapsed,
    };
    this.restart(now);
    return report;
  }

  private advance(now: number): void {
    this.area += this.concurrency * Math.max(0, now - this.lastChange);
    this.lastChange = now;
  }
}
