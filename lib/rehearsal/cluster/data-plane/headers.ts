import type { IncomingMessage } from 'node:http';

/** Names the revision that a request is for; set by the gateway, read by the activator. */
export const revisionHeader = 'Knative-Serving-Revision';
export const namespaceHeader = 'Knative-Serving-Namespace';
/** Set to `activator` by the activator, so that a queue-proxy does not count what is counted already. */
export const proxyHeader = 'K-Proxy-Request';

/** Belong to one connection, so a proxy does not pass them on. The framing of a body is made anew. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
]);

const nothing: ReadonlySet<string> = new Set();

/** Headers that this `Connection` header claims for its connection; nearly always none. */
function claimed(connection: string): ReadonlySet<string> {
  const value = connection.toLowerCase();
  if (value === 'keep-alive' || value === 'close') return nothing;
  return new Set(value.split(',').map((name) => name.trim()));
}

/** Raw headers (name, value, name, value …) without those of a connection, and without `dropped` (lower case). */
export function passedHeaders(
  raw: readonly string[],
  connection: string | undefined,
  dropped: ReadonlySet<string> = nothing,
): string[] {
  const own = connection === undefined ? nothing : claimed(connection);
  const passed: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string;
    const lower = name.toLowerCase();
    // A sender may not take away what routes and frames its own request.
    const claimable = lower !== 'host' && lower !== 'content-length';
    if (!hopByHop.has(lower) && !dropped.has(lower) && !(claimable && own.has(lower)))
      passed.push(name, raw[index + 1] as string);
  }
  return passed;
}

export const hasBody = (request: IncomingMessage): boolean =>
  request.headers['transfer-encoding'] !== undefined || (request.headers['content-length'] ?? '0') !== '0';

const methodsWithBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);

/** A request's headers for the next hop. */
export function requestHeaders(request: IncomingMessage, dropped?: ReadonlySet<string>): string[] {
  const headers = passedHeaders(request.rawHeaders, request.headers.connection, dropped);
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  else if (request.headers['content-length'] === undefined && methodsWithBody.has(request.method ?? ''))
    headers.push('Content-Length', '0');
  return headers;
}

/** Of the peer of a connection, as a proxy in Go adds it. */
const peerOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? '127.0.0.1';

/** Headers with the peer added to `X-Forwarded-For`, behind whom others have named. */
export function withPeer(request: IncomingMessage, headers: readonly string[]): string[] {
  const earlier = request.headers['x-forwarded-for'];
  const value =
    typeof earlier === 'string' && earlier !== '' ? `${earlier}, ${peerOf(request)}` : peerOf(request);
  return [...withoutHeader(headers, 'x-forwarded-for'), 'X-Forwarded-For', value];
}

function withoutHeader(headers: readonly string[], dropped: string): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2)
    if (headers[index]?.toLowerCase() !== dropped)
      kept.push(headers[index] as string, headers[index + 1] as string);
  return kept;
}

/** Headers with `Forwarded`, which a queue-proxy makes from the `X-Forwarded-` ones where nobody has given it. */
export function forwardedHeader({ headers: given }: IncomingMessage, headers: readonly string[]): string[] {
  const one = (name: string): string => String(given[name] ?? '');
  const [proto, host] = [one('x-forwarded-proto'), one('x-forwarded-host')];
  const nodes = one('x-forwarded-for')
    .split(',')
    .map((node) => node.trim())
    .filter((node) => node !== '')
    .map((node) => (node.includes(':') ? `for="[${node}]"` : `for=${node}`));
  const first = [
    ...nodes.slice(0, 1),
    ...(host ? [`host=${host}`] : []),
    ...(proto ? [`proto=${proto}`] : []),
  ];
  if (given.forwarded !== undefined || first.length === 0) return [...headers];
  return [...headers, 'Forwarded', [first.join(';'), ...nodes.slice(1)].join(', ')];
}
