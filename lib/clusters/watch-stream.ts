import { type IncomingMessage, request as requestHttp } from 'node:http';
import { type RequestOptions, request as requestHttps } from 'node:https';
import type { ApiAnswer } from './api-request.ts';

export interface StreamRequest {
  readonly url: string;
  /** Agent, authorization and headers. */
  readonly options: RequestOptions;
  readonly accept: string;
  /** Milliseconds until the answer must begin. */
  readonly timeoutMs: number;
  /** Milliseconds without a byte after which the connection counts as dead. */
  readonly silentMs: number;
  readonly signal: AbortSignal;
}

/** An answer whose lines come as they are sent, or the whole of one that is no success. */
export type StreamAnswer = { readonly lines: AsyncIterable<string>; close(): void } | ApiAnswer;

/** The answer ended in the middle of a line, or nothing came for too long. */
export class BrokenStream extends Error {}

/** Characters of a refusal that are read. */
const maxRefusal = 64 * 1024;
/** Milliseconds of silence before the system asks whether the other end is there. */
const keepAliveMs = 15_000;

/** Opens a stream of lines. Each failure of the connection is thrown; a kept one that was closed meanwhile is replaced once. */
export async function openStream(request: StreamRequest): Promise<StreamAnswer> {
  const incoming = await begin(request).catch((error: unknown) => {
    if (error instanceof Reused) return begin(request);
    throw error;
  });
  const status = incoming.statusCode ?? 0;
  if (status === 200) return { lines: linesOf(incoming, request.silentMs), close: () => incoming.destroy() };
  const { 'retry-after': retryAfter, 'content-type': contentType } = incoming.headers;
  return {
    status,
    body: await wholeOf(incoming, request.timeoutMs),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}

class Reused extends Error {}

function begin({ url, options, accept, timeoutMs, signal }: StreamRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(options.headers as Record<string, string> | undefined),
      accept,
      'user-agent': 'zeroshift',
    };
    const start = url.startsWith('http:') ? requestHttp : requestHttps;
    const outgoing = start(url, { ...options, method: 'GET', headers, signal });
    const late = setTimeout(
      () => outgoing.destroy(new BrokenStream(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    );
    outgoing.once('socket', (socket) => socket.setKeepAlive(true, keepAliveMs));
    outgoing.once('response', (incoming) => {
      clearTimeout(late);
      // Whoever reads hears of it; before and after nobody needs to.
      incoming.on('error', () => undefined);
      resolve(incoming);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(late);
      const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(isStale ? new Reused(error.message, { cause: error }) : error);
    });
    outgoing.end();
  });
}

/** @throws BrokenStream where nothing comes for too long */
async function within<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new BrokenStream(`nothing came for ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Lines that ended; a rest without an end is not one, and may be half of what was meant. */
async function* linesOf(incoming: IncomingMessage, silentMs: number): AsyncGenerator<string> {
  const chunks = incoming.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  let begun: string[] = [];
  try {
    for (;;) {
      // Only while it is waited for: whoever is busy with the line before does not make the connection silent.
      const next = chunks.next();
      next.catch(() => undefined);
      const { value, done } = await within(next, silentMs);
      if (done === true) break;
      const parts = value.split('\n');
      for (const part of parts.slice(0, -1)) {
        begun.push(part);
        const line = begun.join('');
        begun = [];
        if (line !== '') yield line;
      }
      begun.push(parts.at(-1) ?? '');
    }
    if (begun.join('') !== '') throw new BrokenStream('it ended in the middle of a line');
  } finally {
    incoming.destroy();
  }
}

async function wholeOf(incoming: IncomingMessage, timeoutMs: number): Promise<string> {
  let body = '';
  const chunks = incoming.setEncoding('utf8')[Symbol.asyncIterator]() as AsyncIterator<string>;
  try {
    while (body.length < maxRefusal) {
      const next = chunks.next();
      next.catch(() => undefined);
      const { value, done } = await within(next, timeoutMs);
      if (done === true) break;
      body += value;
    }
  } catch {
    // The status says enough.
  } finally {
    incoming.destroy();
  }
  return body;
}
