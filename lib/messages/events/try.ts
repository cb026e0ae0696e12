import { event } from './definition.ts';

/** An answer that came through one colour's entrance. */
export interface TriedData {
  readonly colour: string;
  readonly region: string;
  readonly url: string;
  /** `host:port` that was dialled. */
  readonly address: string;
  readonly status: number;
  readonly statusText: string;
  /** Milliseconds from the start: until the connection stood, the answer began, and it ended. */
  readonly milliseconds: { readonly connected: number; readonly began: number; readonly ended: number };
  /** The revision that answered. @default - the answer does not tell */
  readonly revision?: string;
  /** All of them, by lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes of the body that were read. */
  readonly bytes: number;
  /** False where more would have come. */
  readonly complete: boolean;
  /** The body, where it is text. @default - it is not */
  readonly body?: string;
}

/** Headers that say who answered, what, and where to go on. */
const shownHeaders = [
  'content-type',
  'location',
  'server',
  'x-served-by',
  'x-envoy-upstream-service-time',
  'x-request-id',
  'retry-after',
  'www-authenticate',
  'strict-transport-security',
];

/** Characters of a body that are shown to a person. */
const shownBody = 2_000;

function triedText(data: TriedData): string {
  const { status, statusText, colour, region, milliseconds, revision, headers, body = '' } = data;
  const said = revision === undefined ? '' : `, revision ${revision}`;
  return [
    `${`${status} ${statusText}`.trim()} from ${colour} in ${region} after ${milliseconds.ended} ms${said}`,
    ...shownHeaders.flatMap((name) => (headers[name] === undefined ? [] : [`${name}: ${headers[name]}`])),
    ...(body === '' ? [] : ['', ...body.slice(0, shownBody).trimEnd().split('\n')]),
    ...bodyNote(data),
  ].join('\n');
}

function bodyNote({ body, bytes, complete, headers }: TriedData): string[] {
  const size = `${bytes} bytes${complete ? '' : ' and more'}`;
  if (body === undefined) return [`(${size} of ${headers['content-type'] ?? 'no known type'}, not shown)`];
  return body.length > shownBody || !complete
    ? [`(of ${size} the first ${Math.min(body.length, shownBody)} characters are shown)`]
    : [];
}

/** What is said of a request through one colour's entrance. */
export const tryEvents = {
  'try.asking': event<{ colour: string; region: string; url: string; address: string }>(
    "a request goes through a colour's entrance, whatever its weight",
    ({ colour, region, url, address }) => `GET ${url} by the entrance of ${colour} in ${region}, ${address}`,
  ),
  'try.answered': event<TriedData>('a service answered', triedText, 'good'),
  'try.failed': event<TriedData>('the answer was an error of the server', triedText, 'warn'),
} as const;
