import { type MessagePort, parentPort } from 'node:worker_threads';

/** What runs in a thread: it has something to tell when it is up, hears messages, and can be closed. */
export interface Part {
  readonly info: unknown;
  hear?(message: unknown): void;
  close(): Promise<void>;
}

/** The thread's side of `startThread`. */
export async function servePart(start: () => Promise<Part>): Promise<void> {
  if (parentPort === null) throw new Error('a part runs in a worker thread only');
  const port: MessagePort = parentPort;
  try {
    const part = await start();
    port.on('message', (message: unknown) => {
      if (typeof message === 'object' && message !== null && 'close' in message)
        void part.close().finally(() => port.postMessage({ closed: true }));
      else part.hear?.(message);
    });
    port.postMessage({ ready: part.info });
  } catch (error) {
    port.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
}
