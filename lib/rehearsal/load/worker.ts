import type { MessagePort, Worker } from 'node:worker_threads';
import { ZeroshiftError } from '../../messages/error.ts';
import { type LoadRun, startLoad } from './generator.ts';
import type { LoadOptions } from './options.ts';
import type { LoadResult, LoadSnapshot } from './result.ts';

/** Options that can be sent to another thread. */
export type PlainLoadOptions = Omit<LoadOptions, 'colourOf'>;

type ToWorker = { readonly type: 'phase'; readonly name: string } | { readonly type: 'stop' };
type FromWorker =
  | { readonly type: 'snapshot'; readonly snapshot: LoadSnapshot }
  | { readonly type: 'result'; readonly result: LoadResult };

/** How often the worker tells what it has counted, in milliseconds. */
const snapshotMs = 200;

/** The worker's side: runs the load and tells the other side about it until it has finished. */
export async function serveLoad(port: MessagePort, options: PlainLoadOptions): Promise<void> {
  const run = startLoad(options);
  const tell = (message: FromWorker) => port.postMessage(message);
  const telling = setInterval(() => tell({ type: 'snapshot', snapshot: run.snapshot() }), snapshotMs);
  tell({ type: 'snapshot', snapshot: run.snapshot() });
  port.on('message', (message: ToWorker) => {
    if (message.type === 'phase') run.setPhase(message.name);
    else run.stop();
  });
  const result = await run.finished;
  clearInterval(telling);
  tell({ type: 'snapshot', snapshot: run.snapshot() });
  tell({ type: 'result', result });
  port.close();
}

/**
 * Runs a load in a thread of its own, so that neither makes the other late. `entry`: the module `load-worker`, as it is
 * built. Resolves when the first request is due. `snapshot()` is at most 200 ms old.
 * @throws ZeroshiftError `load.failed` here or from `finished` when the thread ends before its result
 */
export async function startLoadInWorker(options: PlainLoadOptions, entry: URL): Promise<LoadRun> {
  const { Worker } = await import('node:worker_threads');
  const worker: Worker = new Worker(entry, { workerData: options });
  let latest: LoadSnapshot | undefined;
  let started: () => void = () => {};
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const finished = new Promise<LoadResult>((resolve, reject) => {
    const fail = (cause: unknown, why: string) =>
      reject(
        new ZeroshiftError(`the load ended before it had a result: ${why}`, {
          code: 'load.failed',
          source: 'zeroshift',
          cause,
        }),
      );
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'result') resolve(message.result);
      else {
        latest = message.snapshot;
        started();
      }
    });
    worker.once('error', (error: Error) => fail(error, error.message));
    worker.once('exit', (code) => fail(undefined, `its thread ended with code ${code}`));
  });
  // `finished` also rejects when the thread cannot start, and then nobody else is listening yet.
  finished.catch(() => {});
  await Promise.race([running, finished]);
  const tell = (message: ToWorker) => worker.postMessage(message);
  return {
    setPhase: (name) => tell({ type: 'phase', name }),
    snapshot: () => {
      if (latest === undefined) throw new Error('a load that runs has told its first snapshot');
      return latest;
    },
    stop: () => tell({ type: 'stop' }),
    finished,
  };
}
