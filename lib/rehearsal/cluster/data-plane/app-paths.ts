import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PodSpec } from '../data-plane.ts';
import { wholeNumber } from './app-settings.ts';

type Signature = () => readonly string[];

/** `/echo`: the request as it arrived, and who it arrived at. */
export function echo(
  request: IncomingMessage,
  response: ServerResponse,
  spec: PodSpec,
  signature: Signature,
): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
  });
  request.once('end', () => {
    const revision = spec.revision.slice(spec.revision.indexOf('/') + 1);
    const body = JSON.stringify({
      namespace: spec.namespace,
      revision,
      pod: spec.name,
      method: request.method,
      host: request.headers.host ?? '',
      url: request.url,
      protocol: `HTTP/${request.httpVersion}`,
      headers: Object.fromEntries(
        Object.entries(request.headersDistinct).filter(([name]) => name !== 'host'),
      ),
      bytes,
      env: {
        PORT: '8080',
        K_SERVICE: spec.service,
        K_CONFIGURATION: spec.service,
        K_REVISION: revision,
      },
    });
    const headers = ['Content-Type', 'application/json', 'Content-Length', String(Buffer.byteLength(body))];
    response.writeHead(200, [...headers, ...signature()]).end(body);
  });
}

/** `/stream`: so many lines, one each so many milliseconds, each at once on the wire. */
export function stream(query: URLSearchParams, response: ServerResponse, signature: Signature): void {
  const chunks = wholeNumber(query.get('chunks') ?? '', 5, 1, 100_000);
  const every = wholeNumber(query.get('every') ?? '', 100, 0, 600_000);
  if (chunks === undefined || every === undefined) {
    response.writeHead(400, { 'Content-Length': 0 }).end();
    return;
  }
  response.writeHead(200, ['Content-Type', 'text/plain; charset=utf-8', ...signature()]);
  let sent = 0;
  const next = (): void => {
    if (response.destroyed) return;
    sent += 1;
    response.write(`${sent}\n`);
    if (sent === chunks) response.end();
    else timer = setTimeout(next, every);
  };
  let timer: NodeJS.Timeout | undefined;
  response.once('close', () => clearTimeout(timer));
  next();
}
