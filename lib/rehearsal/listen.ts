import type { Server } from 'node:net';
import { ZeroshiftError } from '../messages/error.ts';

/**
 * Starts to listen on 127.0.0.1 and gives the port; 0 lets the system choose.
 * @throws ZeroshiftError `rehearsal.port-taken`
 */
export async function listenOnLoopback(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void =>
      reject(error.code === 'EADDRINUSE' || error.code === 'EACCES' ? portTaken(port, error) : error);
    server.once('error', refuse);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', refuse);
      resolve();
    });
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

const portTaken = (port: number, cause: Error): ZeroshiftError =>
  new ZeroshiftError(`cannot listen on 127.0.0.1:${port}`, {
    code: 'rehearsal.port-taken',
    source: 'user',
    problems: [{ where: 'port', value: port, allowed: 'a free port, or 0 for the system to choose' }],
    action: 'end what listens there, or choose another port',
    cause,
  });
