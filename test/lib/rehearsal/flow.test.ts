import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { joinFlow } from '../../../lib/rehearsal/flow.ts';

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0).reverse()) end();
});

/** A pair of sockets with a listener of loopback between them: what one writes the other reads. */
async function pair(): Promise<[near: Socket, far: Socket]> {
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const near = connect({
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    allowHalfOpen: true,
  });
  const [far] = (await once(server, 'connection')) as [Socket];
  await (near.connecting ? once(near, 'connect') : undefined);
  server.close();
  ends.push(
    () => near.destroy(),
    () => far.destroy(),
  );
  return [near, far];
}

/** The two ends of a flow, and what became of each. */
async function flow(idleTimeoutMs = 60_000) {
  const [user, client] = await pair();
  const [target, server] = await pair();
  joinFlow(client, target, idleTimeoutMs);
  return { user: watched(user), server: watched(server), inner: [client, target] };
}

function watched(socket: Socket) {
  const seen = { socket, text: '', ended: false, error: undefined as string | undefined, closed: false };
  socket.on('data', (chunk: Buffer) => {
    seen.text += chunk.toString();
  });
  socket.on('end', () => {
    seen.ended = true;
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    seen.error = error.code;
  });
  socket.on('close', () => {
    seen.closed = true;
  });
  return seen;
}

const holds = (what: string, condition: () => boolean) =>
  expect.poll(condition, { message: what, timeout: 5000, interval: 5 }).toBe(true);

it('passes on the end of one direction and lets the other finish', async () => {
  const { user, server, inner } = await flow();
  const answer = 'x'.repeat(1_000_000);
  user.socket.end('question');
  await holds('the server has the end', () => server.ended);
  expect([server.text, user.ended]).toEqual(['question', false]);
  server.socket.end(answer);
  await holds('both are closed', () => user.closed && server.closed);
  expect(user.text).toBe(answer);
  expect([user.error, server.error]).toEqual([undefined, undefined]);
  expect(inner.every((socket) => socket.destroyed)).toBe(true);
});

it.each(['user', 'server'] as const)('passes on a reset of the %s as a reset', async (side) => {
  const { user, server, inner } = await flow();
  user.socket.write('question');
  await holds('the question is there', () => server.text === 'question');
  const other = side === 'user' ? server : user;
  (side === 'user' ? user : server).socket.resetAndDestroy();
  await holds('the other is reset', () => other.closed);
  expect(other.error).toBe('ECONNRESET');
  await holds('nothing stays between', () => inner.every((socket) => socket.destroyed));
});

it('delivers what was sent before an end, however slowly it is read', async () => {
  const { user, server } = await flow();
  const answer = 'y'.repeat(8_000_000);
  user.socket.pause();
  server.socket.end(answer);
  user.socket.end();
  await holds('the server has nothing more to say', () => server.socket.writableEnded);
  user.socket.resume();
  await holds('all is there', () => user.closed);
  expect(user.text.length).toBe(answer.length);
  expect(user.error).toBeUndefined();
});

it.each(['user', 'server'] as const)(
  'holds a fast %s back while its receiver does not read',
  async (side) => {
    const { user, server, inner } = await flow();
    const [sender, receiver] = side === 'user' ? [user, server] : [server, user];
    receiver.socket.pause();
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    const fill = (): void => {
      do sent += chunk.length;
      while (sender.socket.write(chunk) && sent < 200_000_000);
      if (sent < 200_000_000) sender.socket.once('drain', fill);
    };
    fill();
    // What is held here is bounded; what the system's own buffers take differs from machine to machine.
    let before = -1;
    await expect
      .poll(
        () => {
          const still = sent === before;
          before = sent;
          return still;
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe(true);
    expect(sent).toBeLessThan(50_000_000);
    for (const socket of inner) expect(socket.writableLength).toBeLessThan(1_000_000);
  },
);

it('is given up on both sides when no byte passes, and not before', async () => {
  const { user, server } = await flow(300);
  const beats = setInterval(() => user.socket.write('.'), 50);
  await holds('it lives on while bytes pass', () => server.text.length >= 12);
  expect(user.closed || server.closed).toBe(false);
  clearInterval(beats);
  await holds('it is given up', () => user.closed && server.closed);
  expect([user.error, server.error]).toEqual(['ECONNRESET', 'ECONNRESET']);
});

it('is given up when its last bytes find no reader', async () => {
  const { user, server, inner } = await flow(200);
  user.socket.pause();
  user.socket.end();
  server.socket.end(Buffer.alloc(30_000_000));
  await holds('nothing stays between', () => inner.every((socket) => socket.destroyed));
});

it('resets the client of a target that cannot be reached', async () => {
  const [user, client] = await pair();
  const seen = watched(user);
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  joinFlow(client, connect({ host: '127.0.0.1', port, allowHalfOpen: true }), 60_000);
  await holds('it is closed', () => seen.closed);
  expect(seen.error).toBe('ECONNRESET');
});
