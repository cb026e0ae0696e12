import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ApiServer } from '../../lib/rehearsal/kube-api/index.ts';

/** What becomes of one request on its way. */
export type Fault =
  /** It is answered in the API server's place. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** No answer: the connection is closed. */
  | { readonly kind: 'refuse' }
  /** After so many bytes of the answer the connection breaks. */
  | { readonly kind: 'cut'; readonly bytes: number }
  /** After so many bytes the answer ends as if it were whole. */
  | { readonly kind: 'truncate'; readonly bytes: number }
  /** After so many bytes nothing comes any more, and the connection stays. */
  | { readonly kind: 'silent'; readonly bytes: number }
  | { readonly kind: 'delay'; readonly ms: number };

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly isWatch: boolean;
}

/** A way to an API server on which things go wrong. */
export interface FaultyApi {
  readonly url: string;
  /** Every request, in order. */
  readonly asked: readonly Asked[];
  /** @default - nothing goes wrong */
  fault: (asked: Asked) => Fault | undefined;
  /** Breaks every connection that is open. */
  cutAll(): void;
  /** A kubeconfig that leads here; context `name`. */
  kubeconfig(name: string): string;
  close(): Promise<void>;
}

/** Where it leads, and as whom. */
type Behind = Pick<ApiServer, 'url' | 'ca' | 'token'>;

export async function startFaultyApi(behind: Behind): Promise<FaultyApi> {
  const asked: Asked[] = [];
  const open = new Set<ServerResponse>();
  const server: Server = createServer((incoming, response) => {
    const url = new URL(incoming.url ?? '/', 'http://faulty');
    const one = {
      method: incoming.method ?? 'GET',
      url,
      isWatch: url.searchParams.get('watch') === 'true',
    };
    asked.push(one);
    open.add(response);
    response.once('close', () => open.delete(response));
    const fault = api.fault(one);
    if (fault?.kind === 'refuse') incoming.socket.destroy();
    else if (fault?.kind === 'status') answer(response, fault.status, fault.retryAfter);
    else if (fault?.kind === 'delay')
      setTimeout(() => forward(behind, incoming, response, undefined), fault.ms);
    else forward(behind, incoming, response, fault);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const api: FaultyApi = {
    url,
    asked,
    fault: () => undefined,
    cutAll: () => {
      for (const response of open) response.destroy();
    },
    kubeconfig: (name) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [{ name, cluster: { server: url, 'insecure-skip-tls-verify': true } }],
        users: [{ name, user: { token: behind.token } }],
        contexts: [{ name, context: { cluster: name, user: name } }],
        'current-context': name,
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return api;
}

function answer(response: ServerResponse, code: number, retryAfter: number | undefined): void {
  response.writeHead(code, {
    'content-type': 'application/json',
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  });
  const reason = code === 410 ? 'Expired' : code === 429 ? 'TooManyRequests' : 'InternalError';
  response.end(
    JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message: 'a fault' }),
  );
}

function forward(
  behind: Behind,
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: { readonly kind: 'cut' | 'truncate' | 'silent'; readonly bytes: number } | undefined,
): void {
  const { host: _host, connection: _connection, ...headers } = incoming.headers;
  const outgoing = request(
    `${behind.url}${incoming.url}`,
    { method: incoming.method, headers, ca: behind.ca, agent: false },
    (answered) => {
      // Without its length, so that an answer can be shorter than it was meant to be.
      const { 'content-length': _length, ...rest } = answered.headers;
      response.writeHead(answered.statusCode ?? 500, rest);
      response.flushHeaders();
      let left = fault?.bytes ?? Number.POSITIVE_INFINITY;
      answered.on('data', (chunk: Buffer) => {
        if (left <= 0) return;
        response.write(chunk.subarray(0, Math.min(left, chunk.length)));
        left -= chunk.length;
        if (left > 0) return;
        if (fault?.kind === 'cut') response.destroy();
        if (fault?.kind === 'truncate') response.end();
      });
      answered.on('error', () => response.destroy());
      answered.on('end', () => {
        if (left > 0) response.end();
      });
    },
  );
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  incoming.pipe(outgoing);
}
