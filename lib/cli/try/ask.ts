import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { isByGateway } from '../../metrics/prober.ts';
import type { EntranceTry } from './target.ts';

/** An answer, as far as it was read. */
export interface TryAnswer {
  readonly status: number;
  readonly statusText: string;
  /** By lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** At most `bodyLimit` bytes. */
  readonly body: Buffer;
  /** False where more would have come. */
  readonly complete: boolean;
  /** Milliseconds from the start until the connection stood, the answer began, and it ended. */
  readonly times: { readonly connected: number; readonly began: number; readonly ended: number };
  /** A 404 of the gateway itself, which knows no such host. */
  readonly hostUnknown: boolean;
}

/** How far it came before it failed. */
export type TryStage = 'connect' | 'handshake' | 'answer' | 'body';

/** Why there is no answer. */
export class NoAnswer extends Error {
  readonly stage: TryStage;
  /** As Node or the system calls it, such as `ECONNREFUSED`; `TIMEOUT` when a time of ours was over. */
  readonly code: string;
  constructor(stage: TryStage, code: string, message: string) {
    super(message);
    this.stage = stage;
    this.code = code;
  }
}

/** Bytes of a body that are read. */
export const bodyLimit = 65_536;

/** Milliseconds. The whole is long enough for a service that pulls an image and starts from zero. */
export const tryTimes = { connect: 5_000, whole: 60_000 } as const;

/**
 * One GET on a connection of its own to an entrance, with the service's host name: in the header, and by TLS as the name
 * that is asked for and that the certificate is verified against. @throws NoAnswer
 */
export function ask(
  { address, host, port, path, tls }: EntranceTry,
  times: { readonly connect: number; readonly whole: number } = tryTimes,
): Promise<TryAnswer> {
  const started = performance.now();
  const elapsed = (): number => Math.round((performance.now() - started) * 10) / 10;
  const { hostname, port: dialled } = new URL(`http://${address}`);
  const usual = port === (tls ? '443' : '80');
  return new Promise((resolve, reject) => {
    let stage: TryStage = 'connect';
    let connected = 0;
    const request = (tls ? httpsRequest : httpRequest)({
      host: hostname,
      port: dialled === '' ? 80 : dialled,
      path,
      agent: false,
      headers: { Host: usual ? host : `${host}:${port}`, 'User-Agent': 'zeroshift-try', Accept: '*/*' },
      // An address has no name to ask for.
      ...(tls && isIP(host) === 0 ? { servername: host } : {}),
    });
    const settle = (act: () => void): void => {
      clearTimeout(connecting);
      clearTimeout(whole);
      request.destroy();
      act();
    };
    const failed = (code: string, message: string): void =>
      settle(() => reject(new NoAnswer(stage, code, message)));
    const late = (milliseconds: number): void =>
      failed('TIMEOUT', `nothing came within ${milliseconds / 1000} s`);
    const connecting = setTimeout(() => late(times.connect), times.connect);
    const whole = setTimeout(() => late(times.whole), times.whole);
    const stands = (): void => {
      clearTimeout(connecting);
      connected = elapsed();
      stage = 'answer';
    };
    request.on('socket', (socket: Socket) => {
      socket.once('connect', () => {
        if (tls) stage = 'handshake';
        else stands();
      });
      if (tls) socket.once('secureConnect', stands);
    });
    request.on('error', (error: Error & { readonly code?: string }) => failed(error.code ?? '', said(error)));
    request.on('response', (response) => {
      stage = 'body';
      const began = elapsed();
      const chunks: Buffer[] = [];
      let size = 0;
      const done = (complete: boolean): void =>
        settle(() =>
          resolve({
            status: response.statusCode ?? 0,
            statusText: response.statusMessage ?? '',
            headers: headersOf(response),
            body: Buffer.concat(chunks).subarray(0, bodyLimit),
            complete,
            times: { connected, began, ended: elapsed() },
            hostUnknown: response.statusCode === 404 && isByGateway(response),
          }),
        );
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > bodyLimit) done(false);
      });
      response.on('end', () => done(true));
      response.on('error', (error: Error & { readonly code?: string }) =>
        failed(error.code ?? '', said(error)),
      );
    });
    request.end();
  });
}

/** Several addresses of one name fail together, each with a reason. */
const said = (error: Error): string =>
  error instanceof AggregateError
    ? error.errors.map((one: unknown) => (one instanceof Error ? one.message : String(one))).join('; ')
    : error.message;

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
