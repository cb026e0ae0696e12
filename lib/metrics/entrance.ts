import type { X509Certificate } from 'node:crypto';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type {
  EntranceAnswer,
  EntrancePort,
  NoAnswer,
  PageRequest,
  PresentedCertificate,
} from './entrance-port.ts';
import { isByGateway } from './prober.ts';

/** Asks an entrance over sockets. */
export const createEntrance = (): EntrancePort => ({ get, certificate });

const told = (error: unknown): string =>
  error instanceof Error ? error.message.split('\n')[0] || error.name : String(error);

/** Calls back once, at the latest when the time is over. */
function within<Answer>(
  timeoutMs: number,
  start: (done: (answer: Answer | NoAnswer) => void) => { destroy(): unknown },
): Promise<Answer | NoAnswer> {
  return new Promise((resolve) => {
    let begun: { destroy(): unknown } | undefined;
    const done = (answer: Answer | NoAnswer): void => {
      clearTimeout(timer);
      resolve(answer);
      begun?.destroy();
    };
    const timer = setTimeout(() => done({ error: `no complete answer within ${timeoutMs} ms` }), timeoutMs);
    try {
      begun = start(done);
    } catch (error) {
      // Node throws at once where an address or a header cannot be right.
      done({ error: told(error) });
    }
  });
}

function get({
  address,
  host,
  path,
  tls,
  maxBytes,
  timeoutMs,
}: PageRequest): Promise<EntranceAnswer | NoAnswer> {
  return within(timeoutMs, (done) => {
    const { hostname, port } = new URL(`http://${address}`);
    const headers = { Host: host, 'User-Agent': 'zeroshift-verify', 'Accept-Encoding': 'identity' };
    const to = { host: hostname, port: port === '' ? 80 : port, path, headers, agent: false } as const;
    const outgoing = tls
      ? requestHttps({ ...to, servername: host, rejectUnauthorized: false })
      : requestHttp(to);
    outgoing.on('error', (error) => done({ error: told(error) }));
    outgoing.on('close', () => done({ error: 'the connection closed before the answer was complete' }));
    outgoing.on('response', (incoming) => read(incoming, maxBytes, done));
    outgoing.end();
    return outgoing;
  });
}

function read(
  incoming: IncomingMessage,
  maxBytes: number,
  done: (answer: EntranceAnswer | NoAnswer) => void,
): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const answer = (truncated: boolean): EntranceAnswer => {
    const { statusCode = 0, headers } = incoming;
    const contentType = headers['content-type'];
    return {
      status: statusCode,
      ...(contentType === undefined ? {} : { contentType }),
      body: Buffer.concat(chunks).subarray(0, maxBytes),
      truncated,
      byGateway: isByGateway(incoming),
    };
  };
  incoming.on('data', (chunk: Buffer) => {
    if (maxBytes === 0) return;
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) done(answer(true));
  });
  incoming.on('error', (error) => done({ error: told(error) }));
  incoming.on('end', () => done(answer(false)));
}

function certificate({
  address,
  host,
  timeoutMs,
}: Parameters<EntrancePort['certificate']>[0]): Promise<PresentedCertificate | NoAnswer> {
  return within(timeoutMs, (done) => {
    const { hostname, port } = new URL(`http://${address}`);
    const socket = connectTls({
      host: hostname,
      port: port === '' ? 443 : Number(port),
      servername: host,
      // It is looked at, whatever it is.
      rejectUnauthorized: false,
    });
    socket.on('error', (error) => done({ error: told(error) }));
    socket.on('close', () => done({ error: 'the connection closed before TLS began' }));
    socket.on('secureConnect', () => done(presented(socket, host)));
    return socket;
  });
}

function presented(socket: TLSSocket, host: string): PresentedCertificate | NoAnswer {
  const own = socket.getPeerX509Certificate();
  if (own === undefined) return { error: 'no certificate was presented' };
  return {
    covers: own.checkHost(host, { subject: 'never' }) !== undefined,
    selfSigned: own.checkIssued(own) && own.verify(own.publicKey),
    validFrom: Date.parse(own.validFrom),
    validTo: Date.parse(own.validTo),
    subject: inOneLine(own.subject),
    issuer: inOneLine(own.issuer),
    chainLength: lengthOf(own),
    // Whether the host is covered is told apart.
    ...(socket.authorized || codeOf(socket.authorizationError) === 'ERR_TLS_CERT_ALTNAME_INVALID'
      ? {}
      : { untrusted: codeOf(socket.authorizationError) }),
  };
}

/** Node has a text here, or an error. */
const codeOf = (error: unknown): string =>
  error instanceof Error ? String(Reflect.get(error, 'code') ?? error.message) : String(error);

/** Of a subject without a text Node has none. */
const inOneLine = (name: string | undefined): string => (name ?? '').split('\n').reverse().join(', ');

/** The last one, when it is a root, refers to itself. */
function lengthOf(certificate: X509Certificate): number {
  const seen = new Set<string>();
  for (
    let at: X509Certificate | undefined = certificate;
    at !== undefined && !seen.has(at.fingerprint256);
    at = at.issuerCertificate
  )
    seen.add(at.fingerprint256);
  return seen.size;
}
