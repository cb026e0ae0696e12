import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createProber } from '../../../lib/metrics/prober.ts';

const servers: { server: Server; sockets: Set<Socket> }[] = [];
afterEach(async () => {
  for (const { server, sockets } of servers.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  servers.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const http = (listener: RequestListener) => listening(createServer(listener));
const tcp = (answer: (socket: Socket) => void) =>
  listening(createTcp((socket) => socket.once('data', () => answer(socket))));
const probe = (address: string, changes = {}) =>
  createProber().probe({ address, host: 'hello.example.com', path: '/x?y=1', timeoutMs: 2000, ...changes });

describe('prober', () => {
  it('asks once, on a connection of its own, with the host, and reads the whole answer', async () => {
    const seen: unknown[] = [];
    const address = await http((request, response) => {
      seen.push([request.method, request.url, request.headers.host, request.headers.connection]);
      response.write('one ');
      setTimeout(() => response.end('two'), 60);
    });
    const result = await probe(address);
    expect(result).toMatchObject({ url: 'http://hello.example.com/x?y=1', ok: true, status: 200 });
    expect(result.latency).toBeGreaterThanOrEqual(55);
    expect(seen).toEqual([['GET', '/x?y=1', 'hello.example.com', 'close']]);
  });

  it.each([
    [204, true],
    [302, true],
    [401, true],
    [404, true],
    [500, false],
    [503, false],
  ])('takes %i for ok: %s', async (status, ok) => {
    const address = await http((_, response) => response.writeHead(status).end());
    expect(await probe(address)).toMatchObject({ ok, status });
  });

  it('tells a service’s 404 from the gateway’s own', async () => {
    const byService = await http((_, response) =>
      response.writeHead(404, { server: 'envoy', 'x-envoy-upstream-service-time': '3' }).end(),
    );
    expect(await probe(byService)).toMatchObject({ ok: true });
    const byGateway = await http((_, response) => response.writeHead(404, { server: 'envoy' }).end());
    expect(await probe(byGateway)).toMatchObject({
      ok: false,
      status: 404,
      error: expect.stringContaining('no service'),
    });
  });

  it('does not throw for what is wrong or missing', async () => {
    const cut = await tcp((socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell'));
    expect(await probe(cut)).toMatchObject({ ok: false });
    expect(await probe(await tcp((socket) => socket.resetAndDestroy()))).toMatchObject({ ok: false });
    expect(await probe(await tcp((socket) => socket.end()))).toMatchObject({ ok: false });
    expect(await probe(await tcp((socket) => socket.end('nonsense\r\n')))).toMatchObject({ ok: false });
    const silent = await tcp(() => {});
    expect(await probe(silent, { timeoutMs: 80 })).toMatchObject({
      ok: false,
      error: expect.stringContaining('80 ms'),
    });
    const endless = await tcp((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhell'));
    expect(await probe(endless, { timeoutMs: 80 })).toMatchObject({ ok: false });
    const gone = await http(() => {});
    await new Promise((resolve) => servers.pop()?.server.close(resolve));
    expect(await probe(gone)).toMatchObject({ ok: false, error: expect.stringContaining('ECONNREFUSED') });
    expect(await probe('not an address')).toMatchObject({ ok: false });
    expect(await probe(cut, { host: 'a\r\nb' })).toMatchObject({ ok: false });
    expect(await probe(cut, { path: '/\n' })).toMatchObject({ ok: false });
  });
});
