import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkLoadBalancerArn, type Timers } from '../../../../lib/rehearsal/accelerator/index.ts';

export const region = 'eu-west-1';
export const account = '111122223333';
export const arnOf = (name: string, owner = account): string =>
  networkLoadBalancerArn({ region, account: owner, name });

/** Waits until it holds; fails with its name when it does not within the time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A clock that stands until it is moved. */
export function manualTimers(): Timers & { advance(milliseconds: number): void } {
  let now = 1_700_000_000_000;
  let waiting: { readonly due: number; readonly run: () => void }[] = [];
  return {
    now: () => now,
    after: (milliseconds, run) => {
      const timer = { due: now + milliseconds, run };
      waiting.push(timer);
      return () => {
        waiting = waiting.filter((it) => it !== timer);
      };
    },
    advance: (milliseconds) => {
      now += milliseconds;
      const due = waiting.filter((it) => it.due <= now);
      waiting = waiting.filter((it) => it.due > now);
      for (const timer of due) timer.run();
    },
  };
}

/** An entrance in small: greets each flow with its name, then hands it to the test; its health can be set. */
export async function startEntrance(name: string, onFlow: (socket: Socket) => void = echo) {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
    socket.write(`${name}\n`);
    onFlow(socket);
  });
  let healthy = true;
  const health = createHttpServer((_, response) => response.writeHead(healthy ? 200 : 503).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => health.listen(0, '127.0.0.1', resolve));
  const port = (server.address() as AddressInfo).port;
  return {
    id: arnOf(name),
    addresses: { '80': `127.0.0.1:${port}`, '443': `127.0.0.1:${port}` },
    healthUrl: `http://127.0.0.1:${(health.address() as AddressInfo).port}/`,
    sockets,
    setHealthy: (value: boolean) => {
      healthy = value;
    },
    /** Nobody listens any more, health stays. */
    stopListening: () => new Promise<void>((resolve) => void server.close(() => resolve())),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      health.closeAllConnections();
      health.close();
      server.close();
    },
  };
}

const echo = (socket: Socket): void => {
  socket.pipe(socket);
};

export interface Flow {
  readonly socket: Socket;
  /** What has arrived so far. */
  received(): string;
  /** How it ended: `end` (both directions done), or the error's code. Undefined while it is open. */
  ended(): string | undefined;
}

export function openFlow(address: string, allowHalfOpen = false): Flow {
  const port = Number(address.split(':')[1]);
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen });
  let text = '';
  let outcome: string | undefined;
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    outcome = error.code;
  });
  socket.on('close', () => {
    outcome ??= 'end';
  });
  return { socket, received: () => text, ended: () => outcome };
}

/** Opens a flow, waits for the greeting of the endpoint that got it, and leaves the flow open. */
export async function greetedFlow(address: string): Promise<Flow & { readonly endpoint: string }> {
  const flow = openFlow(address);
  await until('the endpoint greets', () => flow.received().includes('\n') || flow.ended() !== undefined);
  return { ...flow, endpoint: flow.received().split('\n')[0] ?? '' };
}
