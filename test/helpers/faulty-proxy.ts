import { writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connect } from '../../lib/clusters/connection.ts';
import type { ClusterLocation } from '../../lib/fleet/locator.ts';
import { makeCertificates } from '../../lib/rehearsal/kube-api/tls.ts';
import { seededRandom } from '../../lib/rehearsal/random.ts';

/** What becomes of a request on its way. `after`: the API server has done it, and its answer does not arrive. */
export type ProxyFault =
  | { readonly kind: 'too-many'; readonly retryAfter?: string }
  | { readonly kind: 'error' | 'error-after' | 'drop' | 'drop-after' | 'truncate' | 'half' }
  | { readonly kind: 'delay'; readonly milliseconds: number };

export interface FaultyProxy {
  /** As the one that was given, through the proxy. */
  readonly location: ClusterLocation;
  /** How many requests met with what; `none` of those that went through. */
  readonly met: ReadonlyMap<string, number>;
  /** Connections that were made to it so far. */
  readonly connections: number;
  close(): Promise<void>;
}

export interface FaultyProxyProps {
  /** Of the API server: its kubeconfig and context. The proxy's credentials are these; whoever asks it needs its token. */
  readonly behind: ClusterLocation;
  /** A folder for the proxy's kubeconfig. */
  readonly directory: string;
  readonly fault: (request: { readonly method: string; readonly path: string }) => ProxyFault | undefined;
}

/** Faults by chance, `share` of all requests, the same for the same seed and order of requests. Delays are short. */
export function seededFaults(seed: number, share: number): FaultyProxyProps['fault'] {
  const random = seededRandom(seed);
  const kinds = [
    'too-many',
    'error',
    'error-after',
    'drop',
    'drop-after',
    'truncate',
    'half',
    'delay',
  ] as const;
  return () => {
    const [chance, which, how] = [random(), random(), random()];
    if (chance >= share) return undefined;
    const kind = kinds[Math.floor(which * kinds.length)] ?? 'error';
    if (kind === 'delay') return { kind, milliseconds: Math.floor(how * 300) };
    // A date is as good as seconds; one that has passed asks for no pause at all.
    const headers = ['0', new Date(0).toUTCString(), '1'] as const;
    return kind === 'too-many' ? { kind, retryAfter: headers[Math.floor(how * 2.05)] ?? '0' } : { kind };
  };
}

/** A way to an API server, over TLS on both sides, on which things go wrong. In front of a rehearsal's or of a real one. */
export async function startFaultyProxy({ behind, directory, fault }: FaultyProxyProps): Promise<FaultyProxy> {
  const upstream = await connect(behind);
  const { ca, certificate, key } = await makeCertificates('proxy');
  const token = `proxy-${Math.random()}`;
  const met = new Map<string, number>();
  const sockets = new Set<Duplex>();
  let connections = 0;
  const server = createServer({ key, cert: certificate }, (incoming, response) => {
    const { method = 'GET', url: path = '/' } = incoming;
    if (incoming.headers.authorization !== `Bearer ${token}`) {
      response.writeHead(401).end();
      return;
    }
    const one = fault({ method, path });
    const kind = one?.kind ?? 'none';
    met.set(kind, (met.get(kind) ?? 0) + 1);
    // A client that has gone is no failure of the proxy.
    response.on('error', () => undefined);
    void handle(upstream, incoming, response, one).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const name = 'proxy';
  const kubeconfig = join(directory, `proxy-${port}.kubeconfig`);
  const data = Buffer.from(ca).toString('base64');
  const cluster = { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': data };
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
  await writeFile(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return {
    location: { name: behind.name, kubeconfig, context: name },
    met,
    get connections() {
      return connections;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function handle(
  upstream: Awaited<ReturnType<typeof connect>>,
  incoming: IncomingMessage,
  response: ServerResponse,
  fault: ProxyFault | undefined,
): Promise<void> {
  const body = await bodyOf(incoming);
  if (fault?.kind === 'drop') return void incoming.socket.destroy();
  if (fault?.kind === 'too-many') return refuse(response, 429, 'TooManyRequests', fault.retryAfter);
  if (fault?.kind === 'error') return refuse(response, 500, 'InternalError');
  if (fault?.kind === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
  const answer = await forward(upstream, incoming, body);
  const { statusCode: status = 500, headers } = answer;
  const whole = await bodyOf(answer);
  if (fault?.kind === 'error-after') return refuse(response, 500, 'InternalError');
  if (fault?.kind === 'drop-after') return void incoming.socket.destroy();
  const { 'transfer-encoding': _, connection: __, ...kept } = headers;
  const half = whole.subarray(0, Math.floor(whole.length / 2));
  // Half of the answer, said to be all of it.
  if (fault?.kind === 'half')
    return void response.writeHead(status, { ...kept, 'content-length': half.length }).end(half);
  response.writeHead(status, { ...kept, 'content-length': whole.length });
  if (fault?.kind !== 'truncate') return void response.end(whole);
  response.write(half, () => incoming.socket.destroy());
}

async function forward(
  upstream: Awaited<ReturnType<typeof connect>>,
  incoming: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage> {
  const { host: _, connection: __, authorization: ___, ...headers } = incoming.headers;
  const options = await upstream.authorize();
  const own = options.headers as Record<string, string> | undefined;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${upstream.server}${incoming.url}`,
      { ...options, method: incoming.method, headers: { ...headers, ...own } },
      resolve,
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function refuse(response: ServerResponse, code: number, reason: string, retryAfter?: string): void {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message: 'a fault', reason, code };
  response
    .writeHead(code, {
      'content-type': 'application/json',
      ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
    })
    .end(JSON.stringify(status));
}
