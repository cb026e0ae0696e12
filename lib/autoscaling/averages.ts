import { goExp } from './go-exponential.ts';
import { roundHalfAway } from './go-numbers.ts';

/** Seconds from the year 1, where Go counts time from, to 1970. */
const epochSeconds = 62_135_596_800;

/** A moment cut off to whole buckets. Whole seconds first: the sum with Go's epoch has no room for fractions. */
const cutOff = (seconds: number, bucketSeconds: number): number => {
  const whole = Math.floor(seconds);
  return whole - ((whole + epochSeconds) % bucketSeconds);
};

/** An average of what was recorded in the last while, by buckets. */
export interface AverageWindow {
  /** Adds to the bucket of the moment. What is older than the window counts for nothing. */
  record(nowSeconds: number, value: number): void;
  average(nowSeconds: number): number;
  /** Whether nothing was recorded for longer than the window. */
  isEmpty(nowSeconds: number): boolean;
  /** Another length from now on; what is in both lengths is kept. */
  resize(windowSeconds: number, nowSeconds: number): void;
}

/**
 * The plain average over the buckets from the first record to the last one, at most the window. Seconds since the
 * last record make the window shorter; a gap within counts as 0.
 */
export class LinearWindow implements AverageWindow {
  protected buckets: Float64Array;
  /** Moment of the oldest bucket that counts, and of the newest. */
  #first = -Infinity;
  protected last = -Infinity;
  /** Sum of all buckets, adjusted with each change: adding them up afresh could round otherwise. */
  #total = 0;
  protected windowSeconds: number;

  /**
   * @param windowSeconds above 0
   * @param bucketSeconds whole seconds
   */
  constructor(
    windowSeconds: number,
    protected readonly bucketSeconds: number = 1,
  ) {
    this.windowSeconds = windowSeconds;
    this.buckets = new Float64Array(bucketCount(windowSeconds, bucketSeconds));
  }

  record(nowSeconds: number, value: number): void {
    const moment = cutOff(nowSeconds, this.bucketSeconds);
    const index = this.indexOf(nowSeconds);
    if (moment !== this.last && !this.#moveTo(moment, index)) return;
    const slot = index % this.buckets.length;
    this.buckets[slot] = (this.buckets[slot] ?? 0) + value;
    this.#total += value;
  }

  /** Makes the moment's bucket one of the window's; false when it is too old for that. */
  #moveTo(moment: number, index: number): boolean {
    if (moment + this.windowSeconds <= this.last) return false;
    if (this.#first === -Infinity || this.#first > moment) this.#first = moment;
    if (moment < this.last) return true;
    if (moment - this.last >= this.windowSeconds) {
      this.#first = moment;
      this.buckets.fill(0);
      this.#total = 0;
    } else
      for (let i = this.indexOf(this.last) + 1; i <= index; i++) {
        const slot = i % this.buckets.length;
        this.#total -= this.buckets[slot] ?? 0;
        this.buckets[slot] = 0;
      }
    this.last = moment;
    return true;
  }

  average(nowSeconds: number): number {
    const now = cutOff(nowSeconds, this.bucketSeconds);
    const age = now - this.last;
    if (age >= this.windowSeconds) return 0;
    let total = this.#total;
    let count = this.buckets.length;
    if (age > 0) {
      const from = this.indexOf(this.last);
      const to = this.indexOf(now);
      for (let i = from + 1; i <= to; i++) total -= this.buckets[i % this.buckets.length] ?? 0;
      count -= to - from;
    }
    const written = Math.trunc((this.last - this.#first) / this.bucketSeconds) + 1;
    return roundHalfAway((total / Math.min(written, count)) * 1e6) / 1e6;
  }

  isEmpty(nowSeconds: number): boolean {
    return cutOff(nowSeconds, this.bucketSeconds) - this.last > this.windowSeconds;
  }

  resize(windowSeconds: number, nowSeconds: number): void {
    if (windowSeconds === this.windowSeconds) return;
    const old = this.buckets;
    const buckets = new Float64Array(bucketCount(windowSeconds, this.bucketSeconds));
    let total = 0;
    if (this.isEmpty(nowSeconds)) this.#first = -Infinity;
    else {
      const newest = this.indexOf(this.last);
      const kept = Math.min(old.length, buckets.length);
      for (let index = newest; index > newest - kept; index--) {
        const value = old[index % old.length] ?? 0;
        buckets[index % buckets.length] = value;
        total += value;
      }
      this.#first = this.last - (old.length - 1) * this.bucketSeconds;
    }
    this.windowSeconds = windowSeconds;
    this.buckets = buckets;
    this.#total = total;
  }

  protected indexOf(seconds: number): number {
    return Math.trunc(Math.floor(seconds) / this.bucketSeconds);
  }
}

/** An average in which each older bucket weighs less, by a factor that follows from the window's length. */
export class WeightedWindow extends LinearWindow {
  #decay: number;

  constructor(windowSeconds: number, bucketSeconds = 1) {
    super(windowSeconds, bucketSeconds);
    this.#decay = decayOf(bucketCount(windowSeconds, bucketSeconds));
  }

  /** What a bucket loses of its weight when the next one begins, 0–1. */
  get decay(): number {
    return this.#decay;
  }

  override average(nowSeconds: number): number {
    if (this.isEmpty(nowSeconds)) return 0;
    const now = cutOff(nowSeconds, this.bucketSeconds);
    const { buckets } = this;
    const size = buckets.length;
    const rest = 1 - this.#decay;
    let weight = this.#decay;
    let count = size;
    if (now > this.last) {
      const silent = Math.trunc((now - this.last) / this.bucketSeconds);
      weight *= wholePower(rest, silent);
      count -= silent;
    }
    let slot = this.indexOf(this.last) % size;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += (buckets[slot] ?? 0) * weight;
      weight *= rest;
      slot = slot === 0 ? size - 1 : slot - 1;
    }
    return sum;
  }

  override resize(windowSeconds: number, nowSeconds: number): void {
    if (windowSeconds === this.windowSeconds) return;
    super.resize(windowSeconds, nowSeconds);
    this.#decay = decayOf(bucketCount(windowSeconds, this.bucketSeconds));
  }
}

const bucketCount = (windowSeconds: number, bucketSeconds: number): number =>
  Math.max(1, Math.ceil(windowSeconds / bucketSeconds));

/** So that a full window holds 99.99 % of the weight, but never less than 0.2. */
function decayOf(buckets: number): number {
  const left = 0.0001;
  if (buckets === 1) return 1 - left;
  return Math.max(buckets === 2 ? 1 - Math.sqrt(left) : 1 - goExp(Math.log(left) * (1 / buckets)), 0.2);
}

/** base^exponent by repeated squaring. */
function wholePower(base: number, exponent: number): number {
  let power = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power *= square;
    square *= square;
  }
  return power;
}
