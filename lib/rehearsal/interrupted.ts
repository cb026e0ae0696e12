import { ZeroshiftError } from '../messages/error.ts';

/** Why a signal ends a rehearsal: a part's failure where it carries one, else somebody asked for it. */
export const reasonOf = (signal: AbortSignal): ZeroshiftError =>
  signal.reason instanceof ZeroshiftError
    ? signal.reason
    : new ZeroshiftError('the rehearsal was interrupted', {
        code: 'rehearsal.interrupted',
        source: 'user',
        exitCode: 1,
      });

/**
 * Waits for work until the signal is given. The work has `grace` milliseconds then to end by itself, and is left alone
 * after that.
 * @throws ZeroshiftError the reason of the signal, `rehearsal.interrupted` when it has none
 */
export async function unlessInterrupted<T>(work: Promise<T>, signal: AbortSignal, grace = 0): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let listener = (): void => {};
  const left = new Promise<never>((_, reject) => {
    listener = () => {
      timer = setTimeout(() => reject(reasonOf(signal)), grace);
    };
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
  });
  try {
    const result = await Promise.race([work, left]);
    if (!signal.aborted) return result;
  } catch (error) {
    // What work says about an end that was asked for matters less than who asked.
    if (!signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', listener);
  }
  throw reasonOf(signal);
}
