import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { until } from './until.ts';

const socketOf = (name: string): string => `zeroshift-lane-${name}`;

/** An abstract socket is the kernel's own lock: one holder on the machine, and free when its process ends, however it ends. */
const take = (name: string): Promise<Server | undefined> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(`\0${socketOf(name)}`, () => resolve(server));
  });

/** Whether somebody on this machine holds a lock now; the kernel lists an abstract name with an @. */
export async function isLocked(name: string): Promise<boolean> {
  const sockets = await readFile('/proc/net/unix', 'utf8').catch(() => '');
  return sockets.split('\n').some((line) => line.endsWith(` @${socketOf(name)}`));
}

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
