import { connect, createServer, type Server, type Socket } from 'node:net';
import { joinFlow } from '../../lib/rehearsal/flow.ts';
import { listenOnLoopback } from '../../lib/rehearsal/listen.ts';
import { seededRandom } from '../../lib/rehearsal/random.ts';

/** One record of a name: where it leads, and how often beside the others. */
export interface NameRecord {
  readonly address: string;
  readonly weight: number;
}

interface Resolver {
  address: string;
  until: number;
}

/**
 * What DNS does to clients, without its protocol: a name has weighted records, each resolver keeps an answer for the time to
 * live, and one of them for much longer than it should. It listens like a client's operating system: each new flow goes
 * where one of the resolvers says, and stays there.
 */
export class NameTable {
  #records: readonly NameRecord[];
  readonly #resolvers: Resolver[];
  readonly #random: () => number;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  /** New flows by where they went. */
  readonly flows: Record<string, number> = {};
  address = '';

  /** @param ttl milliseconds */
  private constructor(
    records: readonly NameRecord[],
    readonly ttl: number,
    seed: number,
  ) {
    this.#records = records;
    this.#random = seededRandom(seed);
    this.#resolvers = Array.from({ length: 20 }, () => ({ address: '', until: 0 }));
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.#flow(client));
  }

  static async start(records: readonly NameRecord[], ttl: number, seed = 1): Promise<NameTable> {
    const table = new NameTable(records, ttl, seed);
    table.address = `127.0.0.1:${await listenOnLoopback(table.#server, 0)}`;
    return table;
  }

  /** Leads the name elsewhere. Resolves when every resolver that keeps the time to live has heard of it. */
  async lead(records: readonly NameRecord[]): Promise<void> {
    this.#records = records;
    await new Promise((resolve) => setTimeout(resolve, this.ttl));
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #flow(client: Socket): void {
    const address = this.#resolve();
    this.flows[address] = (this.flows[address] ?? 0) + 1;
    const cut = address.lastIndexOf(':');
    const target = connect({
      host: address.slice(0, cut),
      port: Number(address.slice(cut + 1)),
      allowHalfOpen: true,
      noDelay: true,
    });
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    client.on('error', () => undefined);
    target.once('error', () => client.resetAndDestroy());
    target.once('connect', () => joinFlow(client, target, 60_000));
  }

  #resolve(): string {
    const index = Math.floor(this.#random() * this.#resolvers.length);
    const resolver = this.#resolvers[index] as Resolver;
    if (resolver.until > Date.now()) return resolver.address;
    // The first one does what it should not.
    resolver.until = Date.now() + (index === 0 ? 10 : 1) * this.ttl;
    resolver.address = this.#pick();
    return resolver.address;
  }

  #pick(): string {
    const sum = this.#records.reduce((total, { weight }) => total + weight, 0);
    let rest = this.#random() * sum;
    for (const { address, weight } of this.#records) {
      rest -= weight;
      if (rest < 0) return address;
    }
    return this.#records.at(-1)?.address ?? '';
  }
}
