import { connect, createServer, type Server, type Socket } from 'node:net';
import { joinFlow } from '../flow.ts';
import { listenOnLoopback } from '../listen.ts';

export interface FlowCounts {
  /** Flows given to the endpoint so far. */
  readonly total: number;
  /** Of these, open now. */
  readonly open: number;
  /** Of these, reset because the endpoint could not be reached. */
  readonly refused: number;
}

export interface DataPlane {
  /** Listener port of the fleet → `127.0.0.1:port`. */
  readonly addresses: Readonly<Record<string, string>>;
  /** By endpoint id. */
  flows(): Readonly<Record<string, FlowCounts>>;
  close(): Promise<void>;
}

export interface DataPlaneProps {
  /** Listener port of the fleet → port on loopback; 0 lets the system choose. */
  readonly ports: Readonly<Record<string, number>>;
  /** Where each endpoint is reached: id → listener port of the fleet → `host:port`. */
  readonly endpoints: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** The endpoint that gets a new flow; undefined when there is none. */
  choose(): string | undefined;
  readonly idleTimeoutMs: number;
  /** Told of each flow before a byte of it is carried. */
  onFlow(clientPort: number, endpoint: string): void;
}

/** The sockets: one listener a port of the fleet, and each flow carried to the endpoint chosen for it. */
export async function startDataPlane(props: DataPlaneProps): Promise<DataPlane> {
  const counts = new Map([...props.endpoints.keys()].map((id) => [id, { total: 0, open: 0, refused: 0 }]));
  const clients = new Set<Socket>();

  const accept = (client: Socket, port: string): void => {
    const id = props.choose();
    const count = id === undefined ? undefined : counts.get(id);
    const address = id === undefined ? undefined : props.endpoints.get(id)?.[port];
    if (count !== undefined) count.total += 1;
    if (count === undefined || address === undefined) {
      if (count !== undefined) count.refused += 1;
      client.on('error', () => {});
      client.resetAndDestroy();
      return;
    }
    count.open += 1;
    clients.add(client);
    if (id !== undefined) props.onFlow(client.remotePort ?? 0, id);
    const endpoint = connect({ ...hostAndPort(address), allowHalfOpen: true, noDelay: true });
    let connected = false;
    endpoint.once('connect', () => {
      connected = true;
    });
    endpoint.once('close', () => {
      // A client that went away first has not been refused.
      if (!connected && !client.destroyed) count.refused += 1;
    });
    joinFlow(client, endpoint, props.idleTimeoutMs);
    let open = 2;
    for (const side of [client, endpoint])
      side.once('close', () => {
        open -= 1;
        if (open > 0) return;
        count.open -= 1;
        clients.delete(client);
      });
  };

  const servers: Server[] = [];
  const close = async (): Promise<void> => {
    const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const client of clients) client.destroy();
    await Promise.all(closed);
  };
  const addresses: Record<string, string> = {};
  try {
    for (const [port, wanted] of Object.entries(props.ports)) {
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => accept(client, port));
      addresses[port] = `127.0.0.1:${await listenOnLoopback(server, wanted)}`;
      servers.push(server);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    addresses,
    flows: () => Object.fromEntries([...counts].map(([id, count]) => [id, { ...count }])),
    close,
  };
}

function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
