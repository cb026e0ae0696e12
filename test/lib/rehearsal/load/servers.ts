import { createServer as createHttp, type Server as HttpServer, type RequestListener } from 'node:http';
import { createServer as createHttp2, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterEach } from 'vitest';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

const listen = (server: Server | HttpServer | Http2Server): Promise<string> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

/** An HTTP server that ends with the test. `flows`: connections accepted. */
export async function httpServer(listener: RequestListener) {
  const server = createHttp({ keepAliveTimeout: 10_000 }, listener);
  const seen = { flows: 0 };
  server.on('connection', () => seen.flows++);
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return { address: await listen(server), seen };
}

/** An HTTP/2 server without TLS that ends with the test, and the sessions that it has. */
export async function http2Server(listener: Parameters<typeof createHttp2>[1]) {
  const server = createHttp2(listener);
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => sessions.push(session));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  );
  return { address: await listen(server), sessions };
}

/** A TCP server that ends with the test, for answers that no HTTP server gives. */
export async function tcpServer(onRequest: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createTcp((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    socket.once('data', () => onRequest(socket));
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  );
  return { address: await listen(server) };
}

/** A loopback address where nothing listens. */
export async function closedAddress(): Promise<string> {
  const server = createTcp();
  const address = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return address;
}
