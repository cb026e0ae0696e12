import { setTimeout as pause } from 'node:timers/promises';
import { ZeroshiftError } from '../../../lib/messages/error.ts';

/** Milliseconds between two looks. */
const interval = 100;

/**
 * Looks until there is something, and gives it.
 * @param what what is waited for, as a clause
 * @param seconds the longest wait
 * @throws ZeroshiftError `lane.too-long` with the last failure of a look
 */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined | false>,
  every = interval,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  let failure: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    if (performance.now() > deadline) break;
    await pause(every);
  }
  const why = failure instanceof Error ? `: ${failure.message}` : '';
  throw new ZeroshiftError(`${what} did not come within ${seconds} s${why}`, {
    code: 'lane.too-long',
    source: 'outside',
    cause: failure,
  });
}
