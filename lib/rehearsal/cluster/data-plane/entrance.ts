import { connect, createServer, type Server, type Socket } from 'node:net';
import { joinFlow } from '../../flow.ts';
import type { Entrance } from '../data-plane.ts';
import { respond } from './forward.ts';
import { startServer } from './loopback-server.ts';
import { probeHttp } from './probe-http.ts';
import { portOf } from './routing.ts';
import type { DataPlaneTimings } from './timings.ts';

/** A gateway as its entrance sees it. */
export interface EntranceTarget {
  readonly name: string;
  /** `127.0.0.1:port` that flows go to. */
  readonly address: string;
  /** `127.0.0.1:port` whose `/ready` says whether it is healthy. */
  readonly adminAddress: string;
}

export interface ManagedEntrance extends Entrance {
  /** Resolves after the first health check. */
  register(target: EntranceTarget): Promise<void>;
  /** New flows go elsewhere; established ones stay. */
  deregister(name: string): void;
  close(): Promise<void>;
}

interface Registered extends EntranceTarget {
  readonly port: number;
  failedChecks: number;
  healthy: boolean;
}

/** Failed checks in a row that make a target unhealthy, as at an NLB. */
const unhealthyAfter = 2;
const checkTimeoutMs = 2000;

/** Starts a TCP load balancer with one listener a fleet port: the NLB of one colour. */
export async function startEntrance(
  ports: readonly number[],
  timings: DataPlaneTimings,
): Promise<ManagedEntrance> {
  const targets = new Map<string, Registered>();
  const clients = new Set<Socket>();
  const outgoing = new Set<Socket>();
  let total = 0;
  let turn = 0;

  const check = async (target: Registered): Promise<void> => {
    const status = await probeHttp(target.adminAddress, '/ready', checkTimeoutMs, 'ELB-HealthChecker/2.0');
    target.failedChecks = status === 200 ? 0 : target.failedChecks + 1;
    if (target.failedChecks === 0) target.healthy = true;
    else if (target.failedChecks >= unhealthyAfter) target.healthy = false;
  };
  const checks = setInterval(() => {
    for (const target of targets.values()) void check(target);
  }, timings.healthCheckMs);

  const healthy = (): Registered[] => [...targets.values()].filter((target) => target.healthy);
  /** Where a new flow may go, in order. With no healthy target an NLB fails open to those that it has. */
  const candidates = (): Registered[] => {
    const fit = healthy();
    const pool = fit.length > 0 ? fit : [...targets.values()];
    const first = pool.length === 0 ? 0 : turn++ % pool.length;
    return [...pool.slice(first), ...pool.slice(0, first)];
  };

  const accept = (client: Socket): void => {
    total += 1;
    clients.add(client);
    client.once('close', () => clients.delete(client));
    client.on('error', () => undefined);
    dial(client, candidates());
  };
  const dial = (client: Socket, [target, ...others]: readonly Registered[]): void => {
    if (client.destroyed) return;
    if (target === undefined) {
      client.resetAndDestroy();
      return;
    }
    const socket = connect({ host: '127.0.0.1', port: target.port, allowHalfOpen: true, noDelay: true });
    outgoing.add(socket);
    const timer = setTimeout(() => socket.destroy(), timings.connectTimeoutMs);
    let connected = false;
    socket.on('error', () => undefined);
    socket.once('connect', () => {
      connected = true;
      clearTimeout(timer);
      if (client.destroyed) socket.destroy();
      else joinFlow(client, socket, timings.flowIdleMs);
    });
    socket.once('close', () => {
      outgoing.delete(socket);
      clearTimeout(timer);
      if (!connected) dial(client, others);
    });
  };

  const listeners: Server[] = [];
  const addresses: Record<string, string> = {};
  for (const port of ports) {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, accept);
    listeners.push(server);
    addresses[String(port)] = await listen(server);
  }
  const health = startServer((_request, response) => {
    const count = healthy().length;
    respond(response, count > 0 ? 200 : 503, `${count} of ${targets.size} targets are healthy`);
  });
  await health.listening;

  return {
    addresses,
    healthUrl: `http://${health.address}/`,
    flows: {
      get total() {
        return total;
      },
      get open() {
        return clients.size;
      },
    },
    async register(target) {
      const registered = { ...target, port: portOf(target.address), failedChecks: 0, healthy: false };
      targets.set(target.name, registered);
      await check(registered);
    },
    deregister(name) {
      targets.delete(name);
    },
    async close() {
      clearInterval(checks);
      targets.clear();
      const closed = listeners.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      for (const socket of [...clients, ...outgoing]) socket.destroy();
      await Promise.all([...closed, health.destroy()]);
    },
  };
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 4096 }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '');
    });
  });
}
