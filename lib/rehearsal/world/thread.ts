import { Worker } from 'node:worker_threads';
import { ZeroshiftError } from '../../messages/error.ts';

/** A part of a rehearsal that runs in a thread of its own. */
export interface Thread<Info> {
  /** What the part told when it was up. */
  readonly info: Info;
  /** Tells the part something. */
  tell(message: unknown): void;
  /** Ends the part gracefully, and its thread in any case. */
  close(): Promise<void>;
}

type FromThread = { readonly ready: unknown } | { readonly closed: true } | { readonly failed: string };

/** Milliseconds that a part may take to start, and to end. */
const patience = 20_000;

/**
 * Starts a part in a thread. `entry`: its module as it is built.
 * @throws ZeroshiftError `rehearsal.part-failed`
 */
export async function startThread<Info>(name: string, entry: URL, data: unknown): Promise<Thread<Info>> {
  const worker = new Worker(entry, { workerData: data, name });
  const failed = (why: string, cause?: unknown): ZeroshiftError =>
    new ZeroshiftError(`the rehearsal's ${name} did not start: ${why}`, {
      code: 'rehearsal.part-failed',
      source: 'zeroshift',
      cause,
    });
  const info = await new Promise<Info>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(failed(`nothing was heard of it for ${patience / 1000} s`)),
      patience,
    );
    worker.once('error', (error: Error) => reject(failed(error.message, error)));
    worker.once('exit', (code) => reject(failed(`its thread ended with code ${code}`)));
    worker.once('message', (message: FromThread) => {
      clearTimeout(timer);
      if ('ready' in message) resolve(message.ready as Info);
      else reject(failed('failed' in message ? message.failed : 'it ended'));
    });
  }).catch(async (error: unknown) => {
    await worker.terminate();
    throw error;
  });
  return {
    info,
    tell: (message) => worker.postMessage(message),
    close: async () => {
      const closed = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, patience);
        worker.once('message', () => {
          clearTimeout(timer);
          resolve();
        });
      });
      worker.postMessage({ close: true });
      await closed;
      await worker.terminate();
    },
  };
}
