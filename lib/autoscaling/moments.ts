/**
 * Moments and lengths of time are seconds as floats, whose sums do not come out even. They are compared by the
 * microsecond: more than a float of today's seconds holds anyway.
 */
const microseconds = (seconds: number): number => Math.round(seconds * 1e6);

export const isLonger = (seconds: number, than: number): boolean =>
  microseconds(seconds) > microseconds(than);

export const isAtLeast = (seconds: number, least: number): boolean =>
  microseconds(seconds) >= microseconds(least);
