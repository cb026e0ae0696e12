import { request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';

export interface ApiRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Agent, authorization and headers. */
  readonly options: RequestOptions;
  /** @default - JSON */
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
  /** The header of this name: seconds, or a date. @default - there was none */
  readonly retryAfter?: string;
  /** The header `content-type`. @default - there was none */
  readonly contentType?: string;
}

/** One request, answered whole. A kept connection that the server has closed meanwhile is replaced once. */
export async function send(request: ApiRequest): Promise<ApiAnswer> {
  try {
    return await attempt(request);
  } catch (error) {
    if (!(error instanceof StaleConnection) || request.method === 'POST') throw reasonOf(error);
    return attempt(request).catch((again: unknown) => {
      throw reasonOf(again);
    });
  }
}

/** The connection was an old one and broke before an answer. */
class StaleConnection extends Error {}

const reasonOf = (error: unknown): unknown => (error instanceof StaleConnection ? error.cause : error);

function attempt({
  url,
  method,
  options,
  accept,
  contentType,
  body,
  signal,
}: ApiRequest): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(options.headers as Record<string, string> | undefined),
      accept: accept ?? 'application/json, */*;q=0.5',
      'user-agent': 'zeroshift',
      ...(body === undefined
        ? {}
        : { 'content-type': contentType ?? 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const start = url.startsWith('http:') ? requestHttp : requestHttps;
    const outgoing = start(url, { ...options, method, headers, signal }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('error', reject);
      incoming.once('end', () => {
        const { 'retry-after': retryAfter, 'content-type': type } = incoming.headers;
        resolve({
          status: incoming.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          ...(retryAfter === undefined ? {} : { retryAfter }),
          ...(type === undefined ? {} : { contentType: type }),
        });
      });
      incoming.once('close', () => reject(new Error('the connection broke in the middle of the answer')));
    });
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale ? new StaleConnection(error.message, { cause: error }) : error);
    });
    outgoing.end(body);
  });
}
