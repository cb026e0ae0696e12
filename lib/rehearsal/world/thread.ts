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

/** Who starts a part looks after it. */
export interface Care {
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
  /** Told when the part ends although nobody closed it, with `rehearsal.part-failed`. */
  readonly onFailure: (error: ZeroshiftError) => void;
}

type FromThread = { readonly ready: unknown } | { readonly closed: true } | { readonly failed: string };

/** Milliseconds that a part may take to start, and to end. */
const startPatience = 20_000;
const closePatience = 4_000;

/**
 * Starts a part in a thread. `entry`: its module as it is built.
 * @throws ZeroshiftError `rehearsal.part-failed`
 */
export async function startThread<Info>(
  name: string,
  entry: URL,
  data: unknown,
  { signal, onFailure }: Care,
): Promise<Thread<Info>> {
  const worker = new Worker(entry, { workerData: data, name });
  const word = await firstWord(worker, signal);
  if (typeof word === 'string' || word instanceof Error) {
    await worker.terminate();
    throw partFailed(`the rehearsal's ${name} did not start`, word);
  }
  let closing = false;
  const ended = (why: string | Error): void => {
    if (!closing) onFailure(partFailed(`the rehearsal's ${name} ended before the rehearsal did`, why));
  };
  worker.once('error', ended);
  worker.once('exit', (code) => ended(`its thread ended with code ${code}`));
  return {
    info: word.ready as Info,
    tell: (message) => worker.postMessage(message),
    close: async () => {
      closing = true;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, closePatience);
        const closed = (): void => {
          clearTimeout(timer);
          resolve();
        };
        worker.once('message', closed);
        worker.once('exit', closed);
        worker.postMessage({ close: true });
        // One that has ended already answers nothing, and exits no more.
        if (worker.threadId === -1) closed();
      });
      await worker.terminate();
    },
  };
}

/** What a thread says when it is up, or why it never will be. */
function firstWord(
  worker: Worker,
  signal: AbortSignal,
): Promise<{ readonly ready: unknown } | string | Error> {
  return new Promise((resolve) => {
    const heard = (word: { readonly ready: unknown } | string | Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupted);
      resolve(word);
    };
    const interrupted = (): void => heard('it was interrupted');
    const timer = setTimeout(
      () => heard(`nothing was heard of it for ${startPatience / 1000} s`),
      startPatience,
    );
    // Stays: without a listener an error would end the process.
    worker.on('error', heard);
    worker.once('exit', (code) => heard(`its thread ended with code ${code}`));
    worker.once('message', (message: FromThread) => {
      if ('ready' in message) heard(message);
      else heard('failed' in message ? message.failed : 'it ended');
    });
    if (signal.aborted) interrupted();
    else signal.addEventListener('abort', interrupted, { once: true });
  });
}

const partFailed = (what: string, why: string | Error): ZeroshiftError =>
  new ZeroshiftError(`${what}: ${why instanceof Error ? why.message : why}`, {
    code: 'rehearsal.part-failed',
    source: 'zeroshift',
    ...(why instanceof Error ? { cause: why } : {}),
  });
