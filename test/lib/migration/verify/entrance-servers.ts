import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import type { EntranceLocation } from '../../../../lib/fleet/locator.ts';
import type { Pair } from './certificates.ts';

const running: { readonly server: Server; readonly sockets: Set<Socket> }[] = [];

/** Listens on loopback until `closeAll`. */
export async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  running.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function closeAll(): Promise<void> {
  for (const { server, sockets } of running.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** An entrance with a gateway behind it that shows each host its own certificate. */
export async function entrance(
  answer: RequestListener,
  certificates?: { readonly hosts?: Readonly<Record<string, Pair>>; readonly fallback: Pair },
): Promise<EntranceLocation> {
  const plain = await listening(createServer(answer));
  if (certificates === undefined) return { arn: 'arn', addresses: { '80': plain } };
  const { hosts = {}, fallback } = certificates;
  const tls = createTlsServer(
    {
      ...fallback,
      SNICallback: (host, done) => {
        const own = hosts[host];
        done(null, own === undefined ? undefined : createSecureContext(own));
      },
    },
    answer,
  );
  tls.on('tlsClientError', () => {});
  return { arn: 'arn', addresses: { '80': plain, '443': await listening(tls) } };
}
