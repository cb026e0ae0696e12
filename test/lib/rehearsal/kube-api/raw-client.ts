import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import {
  type ApiServer,
  type ApiServerProps,
  createStore,
  rehearsalResources,
  type Store,
  startApiServer,
} from '../../../../lib/rehearsal/kube-api/index.ts';

export interface Answer {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was answered
  readonly body: any;
}

export interface Asked {
  readonly method?: string;
  readonly body?: unknown;
  readonly type?: string;
  readonly accept?: string;
  readonly token?: string;
  readonly agent?: string;
}

const open = (server: ApiServer, path: string, asked: Asked): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const { body } = asked;
    const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${asked.token ?? server.token}`,
      accept: asked.accept ?? 'application/json',
      'user-agent': asked.agent ?? 'tester/1.0',
      ...(text === undefined
        ? {}
        : { 'content-type': asked.type ?? 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    const options = { method: asked.method ?? 'GET', ca: server.ca, headers, agent: false, timeout: 10_000 };
    const outgoing = request(`${server.url}${path}`, options, resolve);
    outgoing.once('timeout', () => outgoing.destroy(new Error(`no answer to ${path}`)));
    outgoing.once('error', reject);
    outgoing.end(text);
  });

/** One call over HTTP, with no client library in between. */
export async function ask(server: ApiServer, path: string, asked: Asked = {}): Promise<Answer> {
  const incoming = await open(server, path, asked);
  let text = '';
  for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
  const type = incoming.headers['content-type'] ?? '';
  return {
    status: incoming.statusCode ?? 0,
    type,
    body: type.startsWith('application/json') ? JSON.parse(text) : text,
  };
}

export interface WatchStream {
  /** The next event; an error after five seconds without one, undefined at the end. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was told
  next(): Promise<{ type: string; object: any } | undefined>;
  close(): void;
}

export async function watch(server: ApiServer, path: string, asked: Asked = {}): Promise<WatchStream> {
  const incoming = await open(server, path, asked);
  const lines = createInterface({ input: incoming })[Symbol.asyncIterator]();
  return {
    async next() {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`no event within 5 s on ${path}`)), 5000);
      });
      try {
        const { value, done } = await Promise.race([lines.next(), late]);
        return done ? undefined : JSON.parse(value);
      } finally {
        clearTimeout(timer);
      }
    },
    close: () => incoming.destroy(),
  };
}

export async function startServer(
  props: Partial<ApiServerProps> = {},
): Promise<{ readonly store: Store; readonly server: ApiServer }> {
  const store = createStore(rehearsalResources);
  const server = await startApiServer({ store, resources: rehearsalResources, name: 'blue', ...props });
  return { store, server };
}
