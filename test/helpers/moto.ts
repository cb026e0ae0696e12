import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** moto, which stands in for many services of AWS on this machine; one server answers for all of them and every region. */
export interface Moto {
  readonly endpoint: string;
  /** It takes any; nobody's own are sent. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Ends it. */
  close(): Promise<void>;
}

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
/** Milliseconds that it may take to listen. */
const patience = 30_000;

/** Starts moto's server, which ZEROSHIFT_MOTO names, on a port that the system chooses. */
export async function startMoto(): Promise<Moto> {
  const program = process.env.ZEROSHIFT_MOTO ?? 'moto_server';
  const server = spawn(program, ['-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PYTHONUNBUFFERED: '1' },
  });
  const ended = once(server, 'close');
  const close = async (): Promise<void> => {
    server.kill();
    await ended;
  };
  try {
    return { endpoint: await listening(server), credentials, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function listening(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const failed = (why: string) => reject(new Error(`moto ${why}: ${said}`));
    const timer = setTimeout(() => failed('does not listen'), patience);
    server.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    server.once('exit', () => {
      clearTimeout(timer);
      failed('ended');
    });
    // Read to its end: a full pipe would stop it.
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 10_000) said += text;
      const endpoint = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
      if (endpoint === undefined) return;
      clearTimeout(timer);
      resolve(endpoint);
    });
  });
}

/**
 * The same, with one request at a time: moto answers in threads, and between the condition of a write and the write it
 * lets others in, which DynamoDB does not.
 */
export async function inTurn(moto: Moto): Promise<Moto> {
  let last: Promise<unknown> = Promise.resolve();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const turn = last.then(async () => {
      const answer = await fetch(`${moto.endpoint}${request.url}`, {
        method: request.method ?? 'POST',
        headers: Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
          /^(authorization|content-type|x-amz-.*)$/.test(name) ? [[name, String(value)]] : [],
        ),
        body: Buffer.concat(chunks),
      });
      const headers = Object.fromEntries(
        [...answer.headers].filter(([name]) => /^(content-type|x-amz.*)$/.test(name)),
      );
      response.writeHead(answer.status, headers).end(Buffer.from(await answer.arrayBuffer()));
    });
    // Who comes next does not fail with it.
    last = turn.catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...moto,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await moto.close();
    },
  };
}
