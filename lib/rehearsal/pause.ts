import { ZeroshiftError } from '../messages/error.ts';

/**
 * Lets the load run for a while.
 * @throws ZeroshiftError `rehearsal.interrupted` when the signal is given
 */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const interrupted = (): void => {
      clearTimeout(timer);
      reject(
        new ZeroshiftError('the rehearsal was interrupted', {
          code: 'rehearsal.interrupted',
          source: 'user',
          exitCode: 1,
        }),
      );
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener('abort', interrupted);
        resolve();
      },
      Math.max(0, milliseconds),
    );
    if (signal.aborted) interrupted();
    else signal.addEventListener('abort', interrupted, { once: true });
  });
}
