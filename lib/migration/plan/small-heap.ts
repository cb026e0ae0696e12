import { setFlagsFromString } from 'node:v8';

/** Percent of what lives in the heap that may come on top until V8 looks for garbage again. V8 itself takes up to 300. */
const growth = 25;

/**
 * Keeps this process small from now on. A migration reads and throws away gigabytes, piece by piece, and little of it
 * lives: by its own measure V8 would let four times of that stand. Costs a tenth more time; only the collector's
 * timing changes, and so it may be said late.
 */
export function keepHeapSmall(): void {
  setFlagsFromString(`--heap-growing-percent=${growth}`);
}
