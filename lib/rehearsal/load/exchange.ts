import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Colour } from '../../fleet/colour.ts';
import type { Outcome } from './account.ts';
import type { Connection } from './connection-pool.ts';
import type { Load, LoadTarget } from './options.ts';
import type { LostReason } from './result.ts';

export interface Exchange {
  readonly load: Pick<Load, 'hostname' | 'port' | 'colourOf'>;
  readonly target: LoadTarget;
  /** The connection to send it on. Without one it has its own, which closes after it. */
  readonly connection: Connection | undefined;
  /** Milliseconds until the deadline, at most what the target allows. */
  readonly remainingMs: number;
}

/**
 * Sends one request once and tells how it ended, once. Node's own client is used rather than undici's because it
 * also notices a reset within a body that has no length (undici 6 calls that complete).
 */
export function exchange(
  { load, target, connection, remainingMs }: Exchange,
  ended: (outcome: Outcome) => void,
) {
  let settled = false;
  let newFlow = false;
  let colour: Colour | undefined;
  let answer: IncomingMessage | undefined;
  let port = 0;

  const request: ClientRequest = httpRequest({
    host: load.hostname,
    port: load.port,
    agent: connection?.agent ?? false,
    path: target.path,
    headers: { Host: target.host, 'User-Agent': 'zeroshift-load' },
  });

  const settle = (ending: { lost: false } | { lost: true; reason: LostReason; detail: string }) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    // Of what was cut without an answer the flow still tells where it went.
    if (port !== 0) colour ??= load.colourOf({ port });
    ended({ ...ending, colour, newFlow });
    connection?.release(answer?.complete === true && !/\bclose\b/i.test(answer.headers.connection ?? ''));
  };

  const lose = (reason: LostReason, detail: string) => {
    const status = answer?.statusCode;
    // The first thing that was wrong counts, not what followed from it.
    if (status !== undefined && status !== target.expectedStatus)
      settle({ lost: true, reason: 'status', detail: `status ${status}, expected ${target.expectedStatus}` });
    else settle({ lost: true, reason, detail });
  };

  const timer = setTimeout(
    () => {
      lose(
        'timeout',
        `${answer === undefined ? 'no answer' : 'answer not complete'} after ${target.deadlineMs} ms`,
      );
      request.destroy();
    },
    Math.max(0, remainingMs),
  );

  request.on('socket', (socket) => {
    port = socket.localPort ?? 0;
    if (request.reusedSocket) return;
    socket.once('connect', () => {
      port = socket.localPort ?? 0;
      newFlow = true;
    });
    if (connection !== undefined) socket.once('close', connection.closed);
  });
  request.on('response', (response) => {
    answer = response;
    colour = load.colourOf({ port, headers: response.headers });
    let start = '';
    const wanted = target.bodyStartsWith ?? '';
    response.on('data', (chunk: Buffer) => {
      if (start.length < wanted.length) start += chunk.toString('latin1');
    });
    response.on('end', () => {
      if (response.statusCode !== target.expectedStatus) lose('status', '');
      else if (!start.startsWith(Buffer.from(wanted).toString('latin1')))
        lose('content', `body does not start with "${wanted.slice(0, 40)}"`);
      else settle({ lost: false });
    });
    response.on('error', (error) => lose(reasonWithin(error), error.message));
  });
  request.on('error', (error) => {
    const within = answer !== undefined;
    lose(within ? reasonWithin(error) : reasonBefore(error, newFlow || request.reusedSocket), error.message);
  });
  // Whatever ends a request without an event above still ends it here.
  request.on('close', () => lose(answer === undefined ? 'reset' : 'incomplete', 'the connection closed'));
  request.end();
}

const codeOf = (error: Error): string =>
  'code' in error && typeof error.code === 'string' ? error.code : '';

const isProtocol = (error: Error): boolean =>
  codeOf(error).startsWith('HPE_') && codeOf(error) !== 'HPE_INVALID_EOF_STATE';

const reasonWithin = (error: Error): LostReason => (isProtocol(error) ? 'protocol' : 'incomplete');

function reasonBefore(error: Error, connected: boolean): LostReason {
  if (isProtocol(error)) return 'protocol';
  if (codeOf(error) === 'ECONNREFUSED') return 'refused';
  return connected || codeOf(error) === 'ECONNRESET' ? 'reset' : 'connection';
}
