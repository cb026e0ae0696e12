import { Agent } from 'node:http';
import { seededRandom } from '../random.ts';
import type { Load } from './options.ts';

/**
 * One keep-alive connection of the load: an agent of its own with one socket, so that the pool decides which
 * connection carries which request and when it ends.
 */
export interface Connection {
  readonly agent: Agent;
  /** To be called when its socket has closed, whoever closed it. */
  closed(): void;
  /** To be called when its request has ended; `reusable` is false when the server said so or it broke. */
  release(reusable: boolean): void;
}

export interface ConnectionPool {
  /** The connection for the next request: never one that is busy. */
  take(): Connection;
  /** Closes what is unused or old; to be called every now and then. */
  sweep(): void;
  close(): void;
}

export type PoolOptions = Pick<
  Load,
  'keepAliveConnections' | 'requestsPerConnection' | 'connectionAgeMs' | 'idleMs' | 'seed'
>;

interface Pooled extends Connection {
  readonly requestLimit: number;
  readonly endsAt: number;
  served: number;
  idleSince: number;
  dead: boolean;
}

/**
 * Connections that live as real clients' do. The one unused for longest comes next, so that the load is spread over
 * all of them. `now`: milliseconds.
 */
export function createConnectionPool(options: PoolOptions, now: () => number): ConnectionPool {
  const random = seededRandom(options.seed ^ 0x5eed);
  // Limits differ from connection to connection, or all would be renewed at the same moment.
  const drawn = (limit: number) => limit * (0.5 + random() / 2);
  const alive = new Set<Pooled>();
  let idle: Pooled[] = [];

  const forget = (connection: Pooled) => {
    connection.dead = true;
    alive.delete(connection);
    idle = idle.filter((other) => other !== connection);
  };

  const retire = (connection: Pooled) => {
    forget(connection);
    connection.agent.destroy();
  };

  const expired = (connection: Pooled) =>
    now() >= connection.endsAt || now() - connection.idleSince >= options.idleMs;

  const open = (): Pooled => {
    const connection: Pooled = {
      agent: new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 }),
      requestLimit: Math.max(1, Math.round(drawn(options.requestsPerConnection))),
      endsAt: now() + drawn(options.connectionAgeMs),
      served: 0,
      idleSince: now(),
      dead: false,
      // Destroys nothing: the agent may already have a request on a new socket in place of this one.
      closed: () => forget(connection),
      release: (reusable) => {
        connection.served++;
        connection.idleSince = now();
        if (
          connection.dead ||
          !reusable ||
          connection.served >= connection.requestLimit ||
          expired(connection)
        )
          retire(connection);
        else idle.push(connection);
      },
    };
    alive.add(connection);
    return connection;
  };

  const sweep = () => {
    for (const connection of idle.filter(expired)) retire(connection);
  };

  return {
    take: () => {
      sweep();
      if (alive.size < options.keepAliveConnections) return open();
      return idle.shift() ?? open();
    },
    sweep,
    close: () => {
      for (const connection of [...alive]) retire(connection);
    },
  };
}
