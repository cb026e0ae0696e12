import {
  type Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { hasBody, passedHeaders } from './headers.ts';

/**
 * How one hop of a request ended:
 * - `answered`: the whole answer was passed on
 * - `refused`: there was no connection; nothing of the request was sent or consumed, so it may be sent elsewhere
 * - `failed`: the connection was lost before the answer began
 * - `malformed`: what came back was not HTTP
 * - `broken`: the connection was lost within the answer; the caller's connection has been cut
 * - `cancelled`: the caller went away, or the function that `forward` returned was called
 */
export type Outcome = 'answered' | 'refused' | 'failed' | 'malformed' | 'broken' | 'cancelled';

export interface Hop {
  readonly agent: Agent;
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** Raw headers: name, value, name, value … */
  readonly headers: string[];
  /** Milliseconds. */
  readonly connectTimeoutMs: number;
  /** Asked when the answer begins: raw headers to put before upstream's. @default - none */
  readonly answerHeaders?: () => string[];
}

/**
 * Sends a request on to an upstream and its answer back, streaming both ways at the pace of the slower side.
 * `done` is called exactly once; unless the outcome is `answered`, `broken` or `cancelled`, the caller still has to answer.
 * Returns the function that cancels.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  hop: Hop,
  done: (outcome: Outcome) => void,
): () => void {
  let over = false;
  let connected = false;
  let answering = false;
  let timer: NodeJS.Timeout | undefined;

  const settle = (outcome: Outcome): void => {
    if (over) return;
    over = true;
    clearTimeout(timer);
    response.off('close', callerClosed);
    done(outcome);
  };
  const cancel = (): void => {
    if (over) return;
    upstream.destroy();
    settle('cancelled');
  };
  const callerClosed = (): void => {
    if (!response.writableFinished) cancel();
  };

  const upstream = httpRequest({
    agent: hop.agent,
    host: '127.0.0.1',
    port: hop.port,
    method: request.method,
    path: hop.path,
    headers: hop.headers,
  });
  const body = hasBody(request);
  upstream.once('socket', (socket) => {
    const begin = (): void => {
      connected = true;
      clearTimeout(timer);
      if (body && !over) sendBody(request, upstream);
    };
    // The agent may hand out a socket that has just been destroyed: nothing can go out on it.
    if (socket.destroyed) return;
    if (!socket.connecting) return begin();
    timer = setTimeout(() => upstream.destroy(new Error('no connection in time')), hop.connectTimeoutMs);
    socket.once('connect', begin);
  });
  upstream.once('response', (answer) => {
    if (over) return answer.destroy();
    answering = true;
    try {
      const own = hop.answerHeaders?.() ?? [];
      const headers = passedHeaders(answer.rawHeaders, answer.headers.connection);
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, own.concat(headers));
      if (answer.headers['content-length'] !== undefined) saidLength.add(response);
    } catch {
      upstream.destroy();
      return settle('malformed');
    }
    passAnswer(answer, response, settle, () => over);
  });
  upstream.on('error', (error: NodeJS.ErrnoException) => {
    if (answering) return;
    if (!connected) settle('refused');
    else settle(error.code?.startsWith('HPE_') === true ? 'malformed' : 'failed');
  });
  response.on('close', callerClosed);
  if (!body) upstream.end();
  return cancel;
}

function sendBody(request: IncomingMessage, upstream: ClientRequest): void {
  const resume = (): void => {
    request.resume();
  };
  request.on('data', (chunk: Buffer) => {
    // What upstream no longer wants is read and thrown away, so that the connection stays in step.
    if (upstream.destroyed || upstream.write(chunk)) return;
    request.pause();
    upstream.once('drain', resume);
  });
  request.once('end', () => upstream.end());
  upstream.once('close', resume);
}

function passAnswer(
  answer: IncomingMessage,
  response: ServerResponse,
  settle: (outcome: Outcome) => void,
  isOver: () => boolean,
): void {
  const resume = (): void => {
    answer.resume();
  };
  answer.on('data', (chunk: Buffer) => {
    if (isOver()) return;
    if (response.write(chunk)) return;
    answer.pause();
    response.once('drain', resume);
  });
  answer.once('end', () => {
    if (isOver()) return;
    response.end();
    settle('answered');
  });
  answer.on('error', () => undefined);
  answer.once('close', () => {
    if (answer.complete || isOver()) return;
    // A cut connection is the only honest sign that an answer which has begun will not be whole.
    response.destroy();
    settle('broken');
  });
}

/**
 * Ends a request whose time is over, as Go's server does for Knative: with 504 and a text where no answer has begun, else
 * with the text behind what was sent. An answer that said its length is cut by that.
 */
export function endOverdue(response: ServerResponse, text: string): void {
  if (response.destroyed || response.writableEnded) return;
  if (!response.headersSent) {
    response
      .writeHead(504, {
        'Content-Type': 'text/plain; charset=utf-8',
        'Content-Length': Buffer.byteLength(text),
      })
      .end(text);
  } else if (saidLength.has(response)) response.destroy();
  else response.end(text);
}

/** Answers that were begun with a length. */
const saidLength = new WeakSet<ServerResponse>();

/** Answers a request from here. Does nothing when an answer has begun. */
export function respond(
  response: ServerResponse,
  status: number,
  text: string,
  headers: string[] = [],
): void {
  if (response.headersSent || response.destroyed) return;
  const body = `${text}\n`;
  const own = [
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(Buffer.byteLength(body)),
  ];
  response.writeHead(status, headers.concat(own)).end(body);
}
