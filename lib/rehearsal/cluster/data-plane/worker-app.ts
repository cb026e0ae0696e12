import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PodSpec } from '../data-plane.ts';
import { hasBody } from './headers.ts';
import { type LoopbackServer, startServer } from './loopback-server.ts';
import { sleep } from './wait.ts';

/** What is wrong with the user containers of a cluster now; shared by all of them and read at each answer. */
export interface FaultState {
  fault: 'errors' | undefined;
}

/** The user container: answers as its settings say. */
export interface WorkerApp {
  readonly server: LoopbackServer;
  /** SIGTERM: finishes what it has, then goes on for the settings' `shutdownMs`. */
  stop(signal: AbortSignal): Promise<void>;
}

const chunkBytes = 65_536;
const padding = Buffer.alloc(chunkBytes, '.');

export function startApp(spec: PodSpec, state: Readonly<FaultState>): WorkerApp {
  const { app } = spec;
  const readyAt = performance.now() + app.startupMs;
  const revision = spec.revision.slice(spec.revision.indexOf('/') + 1);
  const servedBy = `${spec.revision} ${spec.name}`;
  let inside = 0;

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (response.destroyed) return;
    const failing = state.fault === 'errors';
    const text = failing ? 'fault: errors\n' : `${app.target} ${revision} ${request.headers.host ?? ''}\n`;
    const head = Buffer.from(text);
    const bytes = failing ? head.length : Math.max(head.length, app.answerBytes);
    const status = failing ? 500 : app.answerStatus;
    const headers = ['Content-Type', 'text/plain; charset=utf-8', 'X-Served-By', servedBy];
    const bodiless = request.method === 'HEAD' || status === 204 || status === 304;
    if (status !== 204) headers.push('Content-Length', String(bytes));
    // For tests and curious people: how many requests this container had when it answered.
    headers.push('X-Concurrency', String(inside));
    response.writeHead(status, headers);
    if (bodiless) response.end();
    else if (bytes === head.length) response.end(head);
    else {
      response.write(head);
      pad(response, bytes - head.length);
    }
  };

  const server = startServer((request, response) => {
    if (performance.now() < readyAt) {
      response.writeHead(503, { 'Content-Length': 0 }).end();
      return;
    }
    if (request.headers['user-agent']?.startsWith('kube-probe/') === true) {
      response.writeHead(200, { 'Content-Length': 0 }).end();
      return;
    }
    inside += 1;
    // The answer begins when the delay is over and the request's body has been read.
    let waitingFor = 1;
    const part = (): void => {
      waitingFor -= 1;
      if (waitingFor === 0) answer(request, response);
    };
    let timer: NodeJS.Timeout | undefined;
    if (app.answerMs > 0) {
      waitingFor += 1;
      timer = setTimeout(part, app.answerMs);
    }
    if (hasBody(request)) {
      waitingFor += 1;
      request.once('end', part).resume();
    }
    response.once('close', () => {
      inside -= 1;
      clearTimeout(timer);
    });
    part();
  });

  return {
    server,
    async stop(signal) {
      await Promise.all([server.end(), sleep(app.shutdownMs, signal)]);
    },
  };
}

/** Writes `bytes` of padding and ends, no faster than they are read. */
function pad(response: ServerResponse, bytes: number): void {
  let left = bytes;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      const size = Math.min(left, chunkBytes);
      left -= size;
      if (!response.write(size === chunkBytes ? padding : padding.subarray(0, size)) && left > 0) {
        response.once('drain', more);
        return;
      }
    }
    response.end();
  };
  more();
}
