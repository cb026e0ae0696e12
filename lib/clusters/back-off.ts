/** A number from 0 up to, not including, 1. */
export type Random = () => number;

export interface BackOff {
  /** Milliseconds before the second try. */
  readonly firstMs: number;
  /** Milliseconds that no wait exceeds, unless the server asks for more. */
  readonly maxMs: number;
}

/**
 * Milliseconds until the next try: twice as long with each failure, and up to half of it less by chance, so that those
 * who failed together do not come back together. What the server asks for is never cut short.
 * @param failures in a row, at least 1
 */
export function backOffMs(
  failures: number,
  { firstMs, maxMs }: BackOff,
  random: Random,
  askedMs = 0,
): number {
  const doubled = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  const own = doubled * (1 - random() / 2);
  return Math.round(askedMs > own ? askedMs * (1 + random() / 4) : own);
}

/** Resolves after so many milliseconds, or as soon as the signal is given. */
export function pauseFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(finish, milliseconds);
    function finish(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    }
    signal.addEventListener('abort', finish, { once: true });
  });
}
