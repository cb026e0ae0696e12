import { type ClientHttp2Stream, constants } from 'node:http2';
import type { Colour } from '../../fleet/colour.ts';
import type { Outcome } from './account.ts';
import type { Load, LoadTarget } from './options.ts';
import type { LostReason } from './result.ts';
import type { Session } from './session-pool.ts';

export interface Http2Exchange {
  readonly load: Pick<Load, 'colourOf'>;
  readonly target: LoadTarget;
  readonly session: Session;
  /** Milliseconds until the deadline, at most what the target allows. */
  readonly remainingMs: number;
}

/**
 * Sends one request once as a stream of a session, and tells how it ended, once. What the server had not taken when it asked for the
 * session's end is lost: it could be sent again, but had been sent.
 */
export function exchangeHttp2(
  { load, target, session, remainingMs }: Http2Exchange,
  ended: (outcome: Outcome) => void,
): void {
  let settled = false;
  let status: number | undefined;
  let colour: Colour | undefined;
  let start = '';
  let bytes = 0;
  let length: number | undefined;
  let complete = false;
  let failure: string | undefined;
  const wanted = Buffer.from(target.bodyStartsWith ?? '').toString('latin1');

  const stream: ClientHttp2Stream = session.client.request({
    ':path': target.path,
    ':authority': target.host,
    'user-agent': 'zeroshift-load',
  });

  const settle = (ending: { lost: false } | { lost: true; reason: LostReason; detail: string }) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    const port = session.port();
    if (port !== 0) colour ??= load.colourOf({ port });
    ended({ ...ending, colour, newFlow: session.takeFlow() });
  };
  const lose = (reason: LostReason, detail: string) => {
    if (status !== undefined && status !== target.expectedStatus)
      settle({ lost: true, reason: 'status', detail: `status ${status}, expected ${target.expectedStatus}` });
    else settle({ lost: true, reason, detail });
  };

  const timer = setTimeout(
    () => {
      lose(
        'timeout',
        `${status === undefined ? 'no answer' : 'answer not complete'} after ${target.deadlineMs} ms`,
      );
      stream.close(constants.NGHTTP2_CANCEL);
      // Nobody sends more to where there is no answer.
      session.retire();
    },
    Math.max(0, remainingMs),
  );

  stream.on('response', (headers) => {
    status = headers[':status'];
    length = headers['content-length'] === undefined ? undefined : Number(headers['content-length']);
    colour = load.colourOf({ port: session.port(), headers: plain(headers) });
  });
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (start.length < wanted.length) start += chunk.toString('latin1');
  });
  stream.on('end', () => {
    complete = length === undefined || bytes === length;
  });
  stream.on('error', (error) => {
    failure = error.message;
  });
  // The one event that always comes. Only with code 0 has the server said that the answer was complete.
  stream.on('close', () => {
    const { rstCode } = stream;
    const broken = failure !== undefined || rstCode !== constants.NGHTTP2_NO_ERROR;
    if (broken || !complete || status === undefined) {
      const detail = failure ?? `the stream was closed with code ${rstCode}`;
      lose(status === undefined ? reasonBefore(session, failure) : 'incomplete', detail);
    } else if (status !== target.expectedStatus) lose('status', '');
    else if (!start.startsWith(wanted))
      lose('content', `body does not start with "${(target.bodyStartsWith ?? '').slice(0, 40)}"`);
    else settle({ lost: false });
  });
  stream.end();
}

function reasonBefore(session: Session, failure: string | undefined): LostReason {
  if (session.port() !== 0) return 'reset';
  return failure?.includes('ECONNREFUSED') ? 'refused' : 'connection';
}

/** Without the pseudo headers. */
const plain = (headers: object): Record<string, string | string[] | undefined> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(':') ? [] : [[name, Array.isArray(value) ? value.map(String) : String(value)]],
    ),
  );
