import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { patience } from '../conformance-cluster.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The answer's end arrived as its framing says; else its connection was cut. */
  readonly complete: boolean;
  /** Milliseconds from sending to the answer's beginning, and to its end. */
  readonly began: number;
  readonly took: number;
  /** The client's port: the same one is the same connection. */
  readonly port: number;
}

export interface Question {
  readonly host: string;
  /** @default '/' */
  readonly path?: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent chunked when it is a list. @default - none */
  readonly body?: string | readonly string[];
  /** @default - a connection of its own */
  readonly agent?: Agent;
}

/** One request and whatever came of it. Rejects when no answer began. */
export function ask(address: string, question: Question): Promise<Answer> {
  const { host, path = '/', method = 'GET', headers, body, agent } = question;
  const [hostname, target] = address.split(':');
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        hostname,
        port: target,
        path,
        method,
        headers: { host, 'user-agent': 'conformance', ...headers },
        agent: agent ?? false,
        signal: AbortSignal.timeout(patience.answer),
      },
      (incoming) => {
        const began = performance.now() - started;
        // The socket may be somebody else's by the end of the answer.
        const port = incoming.socket.localPort ?? 0;
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        // Told by `complete`.
        incoming.on('error', () => undefined);
        incoming.once('close', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: Buffer.concat(chunks).toString(),
            complete: incoming.complete,
            began,
            took: performance.now() - started,
            port,
          }),
        );
      },
    );
    outgoing.on('error', reject);
    for (const chunk of Array.isArray(body) ? body : []) outgoing.write(chunk);
    outgoing.end(typeof body === 'string' ? body : undefined);
  });
}

/** So many requests at once, each with a connection of its own. */
export const askAll = (address: string, count: number, question: Question): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, () => ask(address, question)));

/** So many requests, a few at a time over kept connections. */
export async function askMany(
  address: string,
  count: number,
  question: Question,
  atOnce = 8,
): Promise<Answer[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  try {
    const answers: Answer[] = [];
    let left = count;
    const client = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        answers.push(await ask(address, { ...question, agent }));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, client));
    return answers;
  } finally {
    agent.destroy();
  }
}

/** Waits until something is so, and says what was not. */
export async function until<T>(
  what: string,
  within: number,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  const deadline = Date.now() + within;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`waited ${within / 1000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
