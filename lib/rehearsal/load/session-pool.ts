import { type ClientHttp2Session, connect } from 'node:http2';
import type { Load } from './options.ts';

/** One HTTP/2 session of the load: a flow that carries many requests at once. */
export interface Session {
  readonly client: ClientHttp2Session;
  /** The client's port, once it is connected; 0 before. */
  port(): number;
  /** True once: for the request that the flow counts for. */
  takeFlow(): boolean;
  /** Takes no more requests; ends with the last of those that it has. */
  retire(): void;
}

export interface SessionPool {
  /** The session for the next request: each in its turn. A new one where one of them takes no more. */
  take(): Session;
  readonly counts: { readonly sessions: number; readonly goaways: number };
  close(): void;
}

/**
 * Sessions over HTTP/2 without TLS, as from a client that knows that the server speaks it. They live until the server asks for
 * their end (GOAWAY), they break, or the load ends: nothing but a drain makes them leave a colour.
 */
export function createSessionPool({
  hostname,
  port,
  http2Sessions,
}: Pick<Load, 'hostname' | 'port' | 'http2Sessions'>): SessionPool {
  const counts = { sessions: 0, goaways: 0 };
  const alive = new Set<ClientHttp2Session>();
  let usable: Session[] = [];

  const open = (): Session => {
    const client = connect(`http://${hostname}:${port}`);
    let local = 0;
    let flow = false;
    const session: Session = {
      client,
      port: () => local,
      takeFlow: () => {
        const first = flow;
        flow = false;
        return first;
      },
      retire: () => {
        usable = usable.filter((other) => other !== session);
        if (!client.closed && !client.destroyed) client.close();
      },
    };
    counts.sessions++;
    alive.add(client);
    usable.push(session);
    client.once('connect', () => {
      local = client.socket?.localPort ?? 0;
      flow = true;
    });
    client.once('goaway', () => {
      counts.goaways++;
      session.retire();
    });
    // Its requests tell how it ended.
    client.on('error', () => undefined);
    client.once('close', () => {
      alive.delete(client);
      session.retire();
    });
    return session;
  };

  return {
    counts,
    take: () => {
      usable = usable.filter(({ client }) => !client.closed && !client.destroyed);
      if (usable.length < http2Sessions) return open();
      const [next, ...others] = usable;
      if (next === undefined) return open();
      usable = [...others, next];
      return next;
    },
    close: () => {
      for (const client of alive) client.destroy();
    },
  };
}
