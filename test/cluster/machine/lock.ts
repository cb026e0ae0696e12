import { createServer, type Server } from 'node:net';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { until } from './until.ts';

/** An abstract socket is the kernel's own lock: one holder on the machine, and free when its process ends, however it ends. */
const take = (name: string): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(`\0zeroshift-lane-${name}`, () => resolve(server));
  });

/**
 * Does something while nobody else on this machine does anything under the same name.
 * @param waiting told once when somebody else holds it
 * @throws ZeroshiftError `lane.busy` where the other takes longer than `seconds`
 */
export async function withLock<T>(
  name: string,
  seconds: number,
  waiting: () => void,
  act: () => Promise<T>,
): Promise<T> {
  let held = await take(name);
  if (held === undefined) {
    waiting();
    held = await until('the lock', seconds, () => take(name)).catch((error: unknown) => {
      throw new ZeroshiftError(`another command has been at work on ${name} for more than ${seconds} s`, {
        code: 'lane.busy',
        source: 'user',
        action: 'let it end, or end it, and run this again',
        cause: error,
      });
    });
  }
  try {
    return await act();
  } finally {
    held.close();
  }
}
