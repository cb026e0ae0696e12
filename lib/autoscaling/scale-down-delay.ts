/** Seconds between two ticks of the autoscaler. */
export const tickSeconds = 2;

/**
 * The largest wish of the last while, in buckets of a tick. Holds only the wishes that can still become the
 * largest: they fall from the oldest to the newest, so recording costs little and asking nothing.
 */
export class ScaleDownDelay {
  readonly #wishes: Int32Array;
  readonly #buckets: Float64Array;
  #first = 0;
  #length = 0;

  /** @param seconds above 0 */
  constructor(
    seconds: number,
    readonly bucketSeconds: number = tickSeconds,
  ) {
    const size = Math.max(1, Math.ceil(seconds / bucketSeconds));
    this.#wishes = new Int32Array(size);
    this.#buckets = new Float64Array(size);
  }

  /** Takes a wish at a moment not before the last one, and answers the largest of the window. */
  hold(nowSeconds: number, wish: number): number {
    this.record(nowSeconds, wish);
    return this.current();
  }

  record(nowSeconds: number, wish: number): void {
    const size = this.#wishes.length;
    const bucket = Math.trunc(Math.floor(nowSeconds) / this.bucketSeconds);
    while (this.#length > 0 && wish >= this.#wish(this.#length - 1)) this.#length -= 1;
    while (this.#length > 0 && bucket - this.#bucket(0) >= size) {
      this.#length -= 1;
      this.#first = (this.#first + 1) % size;
    }
    let largest = wish;
    if (this.#length > 0 && this.#bucket(this.#length - 1) === bucket) {
      largest = Math.max(wish, this.#wish(this.#length - 1));
      this.#length -= 1;
    }
    const end = (this.#first + this.#length) % size;
    this.#wishes[end] = largest;
    this.#buckets[end] = bucket;
    this.#length += 1;
  }

  /** The largest wish of the window as of the last record; 0 before the first. */
  current(): number {
    return this.#wish(0);
  }

  #wish(index: number): number {
    return this.#wishes[(this.#first + index) % this.#wishes.length] ?? 0;
  }

  #bucket(index: number): number {
    return this.#buckets[(this.#first + index) % this.#buckets.length] ?? 0;
  }
}
