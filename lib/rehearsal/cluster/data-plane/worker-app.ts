import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PodSpec } from '../data-plane.ts';
import { answer } from './app-answer.ts';
import { echo, stream } from './app-paths.ts';
import { answerOf } from './app-settings.ts';
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

export function startApp(spec: PodSpec, state: Readonly<FaultState>): WorkerApp {
  const { app } = spec;
  const readyAt = performance.now() + app.startupMs;
  let inside = 0;

  /** Who answers; and, for tests and curious people, how many requests this container had when it did. */
  const signature = () => ['X-Served-By', `${spec.revision} ${spec.name}`, 'X-Concurrency', String(inside)];

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const [path, ...rest] = (request.url ?? '/').split('?');
    const query = new URLSearchParams(rest.join('?'));
    if (path === '/abort') request.socket.destroy();
    else if (path === '/echo') echo(request, response, spec, signature);
    else if (path === '/stream') stream(query, response, signature);
    else ordinary(request, response, query);
  };
  const ordinary = (request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void => {
    const wanted = answerOf(app, query);
    if (wanted === undefined) {
      response.writeHead(400, { 'Content-Length': 0 }).end();
      return;
    }
    // The answer begins when the delay is over and the request's body has been read.
    let waitingFor = 1;
    const part = (): void => {
      waitingFor -= 1;
      if (waitingFor > 0) return;
      const fault = state.fault === 'errors';
      answer(request, response, fault ? failing : { ...wanted, line: lineOf(spec, request) }, signature());
    };
    if (wanted.answerMs > 0) {
      waitingFor += 1;
      const timer = setTimeout(part, wanted.answerMs);
      response.once('close', () => clearTimeout(timer));
    }
    if (hasBody(request)) {
      waitingFor += 1;
      request.once('end', part).resume();
    }
    part();
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
    response.once('close', () => {
      inside -= 1;
    });
    serve(request, response);
  });

  return {
    server,
    async stop(signal) {
      await Promise.all([server.end(), sleep(app.shutdownMs, signal)]);
    },
  };
}

const failing = { line: 'fault: errors\n', answerStatus: 500, answerBytes: 0 };

function lineOf({ app, revision }: PodSpec, request: IncomingMessage): string {
  const name = revision.slice(revision.indexOf('/') + 1);
  return `${app.target} ${name} ${request.headers.host ?? ''}\n`;
}
