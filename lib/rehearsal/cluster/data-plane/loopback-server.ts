import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** An HTTP server on 127.0.0.1 that knows its connections, and so can end without cutting a request. */
export interface LoopbackServer {
  /** Resolves when it listens; rejects when it cannot. */
  readonly listening: Promise<void>;
  /** 0 until it listens. */
  readonly port: number;
  /** `127.0.0.1:port`; empty until it listens. */
  readonly address: string;
  /** Connections accepted so far, and open now. */
  readonly connections: { readonly total: number; readonly open: number };
  /** Calls back once when no connection is open. */
  whenEmpty(callback: () => void): void;
  /** Listens no more, closes idle connections, and the others after their answer. Resolves when all are gone. */
  end(): Promise<void>;
  /** Cuts every connection. */
  destroy(): Promise<void>;
}

export interface LoopbackServerOptions {
  /** Milliseconds after which an idle connection is closed. @default - never: only the other side closes it */
  readonly idleMs?: number;
}

/** Starts it on a port that the system chooses. */
export function startServer(handler: RequestListener, options: LoopbackServerOptions = {}): LoopbackServer {
  const server = createServer({ keepAliveTimeout: options.idleMs ?? 0, requestTimeout: 0 });
  const pending = new Map<Socket, Set<ServerResponse>>();
  const emptyCallbacks: (() => void)[] = [];
  let total = 0;
  let ending = false;
  let closed: Promise<void> | undefined;

  server.on('connection', (socket) => {
    total += 1;
    pending.set(socket, new Set());
    socket.once('close', () => {
      const left = pending.get(socket);
      pending.delete(socket);
      // Node tells only the first of several pipelined answers that their connection has gone.
      for (const response of left ?? []) if (!response.closed) response.emit('close');
      if (pending.size === 0) for (const callback of emptyCallbacks.splice(0)) callback();
    });
  });
  server.on('request', (request, response) => {
    const { socket } = request;
    const mine = pending.get(socket);
    mine?.add(response);
    response.once('close', () => {
      mine?.delete(response);
      if (ending && mine?.size === 0) socket.destroySoon();
    });
    handler(request, response);
  });

  const close = (): Promise<void> => {
    ending = true;
    closed ??= listening.then(
      () => new Promise<void>((resolve) => server.close(() => resolve())),
      () => undefined,
    );
    return closed;
  };
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => resolve());
  });
  listening.catch(() => undefined);
  const port = (): number => (server.address() as AddressInfo | null)?.port ?? 0;

  return {
    listening,
    get port() {
      return port();
    },
    get address() {
      const known = port();
      return known === 0 ? '' : `127.0.0.1:${known}`;
    },
    get connections() {
      return { total, open: pending.size };
    },
    whenEmpty(callback) {
      if (pending.size === 0) callback();
      else emptyCallbacks.push(callback);
    },
    end() {
      const gone = close();
      for (const [socket, responses] of pending) if (responses.size === 0) socket.destroySoon();
      return gone;
    },
    destroy() {
      const gone = close();
      for (const socket of [...pending.keys()]) socket.destroy();
      return gone;
    },
  };
}
