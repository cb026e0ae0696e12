import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from './listen.ts';

export interface HttpService {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves HTTP on loopback.
 * @param port 0 lets the system choose
 * @throws ZeroshiftError `rehearsal.port-taken`
 */
export async function serveHttp(
  handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  port: number,
): Promise<HttpService> {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      // A bug of ours must not look like an answer of the service that a caller could build upon.
      console.error(error);
      response.destroy();
    });
  });
  const taken = await listenOnLoopback(server, port);
  return {
    url: `http://127.0.0.1:${taken}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
