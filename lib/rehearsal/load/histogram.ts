/** Milliseconds, and how many values went in. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** A histogram as plain JSON: `[bucket, count]`, buckets rising, and the exact greatest value. */
export interface PlainHistogram {
  readonly max: number;
  readonly buckets: readonly (readonly [number, number])[];
}

/** Each bucket is 1 % wider than the one below it, so a percentile is at most 0.5 % off. */
const growth = Math.log(1.01);
/** Values below 10 µs share the first bucket. */
const least = 0.01;

const bucketOf = (value: number): number =>
  value <= least ? 0 : Math.ceil(Math.log(value / least) / growth);

const middleOf = (bucket: number): number =>
  bucket === 0 ? least : least * Math.exp((bucket - 0.5) * growth);

/** Latencies in milliseconds, in little memory whatever their number. */
export class Histogram {
  private readonly counts = new Map<number, number>();
  private total = 0;
  private greatest = 0;

  static from(plain: PlainHistogram): Histogram {
    const histogram = new Histogram();
    histogram.merge(plain);
    return histogram;
  }

  get count(): number {
    return this.total;
  }

  record(value: number): void {
    const bucket = bucketOf(value);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    this.total++;
    if (value > this.greatest) this.greatest = value;
  }

  merge(plain: PlainHistogram): void {
    for (const [bucket, count] of plain.buckets) {
      this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + count);
      this.total += count;
    }
    this.greatest = Math.max(this.greatest, plain.max);
  }

  /** The value that `quantile` (0–1) of all values do not exceed; undefined when there are none. */
  percentile(quantile: number): number | undefined {
    if (this.total === 0) return undefined;
    const rank = Math.max(1, Math.ceil(quantile * this.total));
    let seen = 0;
    for (const [bucket, count] of this.sorted()) {
      seen += count;
      if (seen >= rank) return Math.min(rounded(middleOf(bucket)), this.greatest);
    }
    return this.greatest;
  }

  summary(): LatencySummary | null {
    const [p50, p95, p99] = [this.percentile(0.5), this.percentile(0.95), this.percentile(0.99)];
    if (p50 === undefined || p95 === undefined || p99 === undefined) return null;
    return { count: this.total, p50, p95, p99, max: rounded(this.greatest) };
  }

  toJSON(): PlainHistogram {
    return { max: this.greatest, buckets: this.sorted() };
  }

  private sorted(): [number, number][] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
