import { createServer as createHttpServer } from 'node:http';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { joinFlow } from '../flow.ts';
import { listenOnLoopback } from '../listen.ts';
import { type EntranceTarget, hostAndPort, Targets } from './targets.ts';

export interface Entrance {
  /** Listener port of the fleet → `127.0.0.1:port`. */
  readonly addresses: Readonly<Record<string, string>>;
  /**
   * `http://127.0.0.1:port/`: 200 when every target group has a healthy target, else 503. Stands for the NLB's health as
   * an accelerator sees it.
   */
  readonly healthUrl: string;
  /** TCP flows accepted so far, and open now. */
  readonly flows: { readonly total: number; readonly open: number };
}

export interface ManagedEntrance extends Entrance {
  /** Resolves after the first health check. */
  register(target: EntranceTarget): Promise<void>;
  /** New flows go elsewhere; established ones stay. */
  deregister(name: string): void;
  /** Registers those that are new and deregisters those that are missing. Resolves after the first checks of the new ones. */
  setTargets(targets: readonly EntranceTarget[]): Promise<void>;
  /** One for each listener, in the order of the ports. */
  readonly groups: readonly Targets[];
  close(): Promise<void>;
}

/** All in milliseconds. */
export interface EntranceProps {
  /** Listener ports of the fleet: names of the listeners, whose own ports the system chooses. */
  readonly ports: readonly number[];
  /** How often each target is asked for its health. */
  readonly healthCheckMs: number;
  /** Flows without a byte for longer are ended. */
  readonly flowIdleMs: number;
  /** The longest wait for a connection to a target. */
  readonly connectTimeoutMs: number;
}

/**
 * Starts a TCP load balancer with one listener a fleet port: the NLB of one colour. A target that is unhealthy or gone
 * keeps the flows that it has; a connection that a target refuses is reset at the client, as nobody tries another one.
 */
export async function startEntrance(props: EntranceProps): Promise<ManagedEntrance> {
  const groups = props.ports.map((port) => new Targets(String(port), props.healthCheckMs));
  const add = async (target: EntranceTarget): Promise<void> =>
    void (await Promise.all(groups.map((group) => group.add(target))));
  const remove = (name: string): void => {
    for (const group of groups) group.remove(name);
  };
  const clients = new Set<Socket>();
  const outgoing = new Set<Socket>();
  let total = 0;

  const accept = (client: Socket, group: Targets): void => {
    total += 1;
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => undefined);
    const address = group.next()?.addresses[group.port];
    if (address === undefined) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ ...hostAndPort(address), allowHalfOpen: true, noDelay: true });
    outgoing.add(target);
    const timer = setTimeout(() => target.destroy(), props.connectTimeoutMs);
    let connected = false;
    target.on('error', () => undefined);
    target.once('connect', () => {
      connected = true;
      clearTimeout(timer);
      if (client.destroyed) target.destroy();
      else joinFlow(client, target, props.flowIdleMs);
    });
    target.once('close', () => {
      outgoing.delete(target);
      clearTimeout(timer);
      if (!connected && !client.destroyed) client.resetAndDestroy();
    });
  };

  const health = createHttpServer((_request, response) => {
    // The worst of them: a listener without a healthy target is enough for an accelerator to turn away.
    const count = Math.min(...groups.map((group) => group.healthy().length));
    response
      .writeHead(count > 0 ? 200 : 503, { 'Content-Type': 'text/plain; charset=utf-8' })
      .end(`${count} of ${groups[0]?.size ?? 0} targets are healthy\n`);
  });
  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    for (const group of groups) group.close();
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    health.closeAllConnections();
    for (const socket of [...clients, ...outgoing]) socket.destroy();
    await Promise.all(closed);
  };
  const listen = async (server: Server): Promise<string> => {
    const address = `127.0.0.1:${await listenOnLoopback(server, 0)}`;
    servers.push(server);
    return address;
  };
  try {
    const addresses: Record<string, string> = {};
    for (const group of groups)
      addresses[group.port] = await listen(
        createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(client, group)),
      );
    const healthUrl = `http://${await listen(health)}/`;
    return {
      addresses,
      healthUrl,
      flows: {
        get total() {
          return total;
        },
        get open() {
          return clients.size;
        },
      },
      groups,
      register: add,
      deregister: remove,
      async setTargets(wanted) {
        const names = new Set(wanted.map(({ name }) => name));
        const known = new Set(groups.flatMap((group) => group.names()));
        for (const name of known) if (!names.has(name)) remove(name);
        await Promise.all(wanted.filter(({ name }) => !known.has(name)).map(add));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
