import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Random } from '../../random.ts';
import type { Gateway } from '../data-plane.ts';
import { forward, type Outcome, respond } from './forward.ts';
import { GatewayStats } from './gateway-stats.ts';
import { namespaceHeader, requestHeaders, revisionHeader } from './headers.ts';
import { startServer } from './loopback-server.ts';
import { RevisionStats } from './revision-stats.ts';
import { chooseRevision, nextPort, type Revision, type Routing } from './routing.ts';
import type { DataPlaneTimings } from './timings.ts';
import { socketTurns } from './wait.ts';

export interface GatewayProps {
  readonly name: string;
  readonly routing: Routing;
  /** Port of the activator. */
  readonly activatorPort: number;
  readonly random: Random;
  readonly timings: DataPlaneTimings;
  /** Called when a drain begins: no new flows are to be sent here. */
  readonly onDrain: () => void;
  readonly onGone: () => void;
}

export interface ManagedGateway extends Gateway {
  destroy(): Promise<void>;
}

/** How much later than the revision's own time-out the gateway's comes, so that the nearer one answers. Milliseconds. */
const timeoutMarginMs = 2000;
/** Headers that only a gateway sets, whatever a client sends. */
const ownHeaders: ReadonlySet<string> = new Set(
  [revisionHeader, namespaceHeader].map((name) => name.toLowerCase()),
);
const failures: Partial<Record<Outcome, readonly [status: number, text: string]>> = {
  refused: [503, 'upstream refused the connection'],
  failed: [503, 'upstream closed the connection before it answered'],
  malformed: [502, 'upstream did not answer in HTTP'],
};

/** Starts an HTTP/1.1 gateway and its admin port; resolves when both listen. */
export async function startGateway(props: GatewayProps): Promise<ManagedGateway> {
  const { routing, timings } = props;
  const stats = new GatewayStats();
  const revisions = new RevisionStats();
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1000 });
  let draining: Promise<void> | undefined;

  // Said in every answer: else Node adds a hint with our idle time, which clients would take for theirs.
  const ownAnswerHeaders = (response: ServerResponse): string[] => [
    'Connection',
    response.shouldKeepAlive && draining === undefined ? 'keep-alive' : 'close',
    'Server',
    'envoy',
  ];
  const refuse = (response: ServerResponse, status: number, text: string): void =>
    respond(response, status, text, ownAnswerHeaders(response));

  const send = (
    request: IncomingMessage,
    response: ServerResponse,
    revision: Revision,
    onBroken: () => void,
  ): void => {
    const { endpoints } = revision;
    const slash = revision.id.indexOf('/');
    const path = pathOf(request.url ?? '/');
    const sent = performance.now();
    let cancel: () => void = () => undefined;
    const timer =
      endpoints.timeoutMs > 0
        ? setTimeout(() => {
            if (response.headersSent) return;
            cancel();
            refuse(response, 504, 'upstream did not answer in time');
          }, endpoints.timeoutMs + timeoutMarginMs)
        : undefined;
    response.once('close', () => clearTimeout(timer));

    const attempt = (current: Revision, avoid?: number): void => {
      const pod = current.endpoints.viaActivator ? undefined : nextPort(current, avoid);
      const port = pod ?? props.activatorPort;
      const headers = requestHeaders(request, ownHeaders);
      headers.push(
        namespaceHeader,
        revision.id.slice(0, slash),
        revisionHeader,
        revision.id.slice(slash + 1),
      );
      // What a client says of itself is kept: whoever wants to trust it puts something before the gateway that may.
      if (request.headers['x-forwarded-proto'] === undefined) headers.push('X-Forwarded-Proto', 'http');
      if (request.headers['x-request-id'] === undefined) headers.push('X-Request-Id', randomUUID());
      const hop = {
        agent,
        port,
        path,
        headers,
        connectTimeoutMs: timings.connectTimeoutMs,
        // Only what an upstream answered has its time: so a client can tell the gateway's own 404.
        answerHeaders: () => [
          ...ownAnswerHeaders(response),
          'X-Envoy-Upstream-Service-Time',
          (performance.now() - sent).toFixed(0),
        ],
      };
      cancel = forward(request, response, hop, (outcome) => {
        // Nothing of it was sent: it may safely go elsewhere, once.
        if (outcome === 'refused' && avoid === undefined)
          return attempt(routing.revision(revision.id) ?? current, port);
        if (outcome === 'broken') onBroken();
        const failure = failures[outcome];
        if (failure !== undefined) refuse(response, ...failure);
      });
    };
    attempt(revision);
  };

  const server = startServer(
    (request, response) => {
      const arrived = performance.now();
      let broken = false;
      let reached: string | undefined;
      stats.begin();
      response.once('close', () => {
        const how = response.writableFinished ? 'answered' : broken ? 'cut' : 'abandoned';
        stats.end(how, response.statusCode, performance.now() - arrived);
        if (reached !== undefined) revisions.end(reached, how, response.statusCode);
      });
      const route = routing.route(hostOf(request));
      if (route === undefined) {
        response.writeHead(404, [...ownAnswerHeaders(response), 'Content-Length', '0']).end();
        return;
      }
      const revision = routing.revision(chooseRevision(route, props.random) ?? '');
      if (revision === undefined) return refuse(response, 503, 'no revision to answer');
      reached = revision.id;
      revisions.begin(reached);
      send(request, response, revision, () => {
        broken = true;
      });
    },
    { idleMs: timings.gatewayIdleMs },
  );
  // Of what is filtered by name only the revisions' are known here.
  const statsText = (filter?: string): string =>
    filter === undefined
      ? stats.text(server.connections) + revisions.text()
      : revisions.text(new RegExp(filter));
  const admin = startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://gateway');
    if (request.url === '/ready') respond(response, draining ? 503 : 200, draining ? 'DRAINING' : 'LIVE');
    else if (pathname === '/stats/prometheus')
      respond(response, 200, statsText(searchParams.get('filter') ?? undefined).trimEnd());
    else respond(response, 404, 'there are /ready and /stats/prometheus');
  });
  await Promise.all([server.listening, admin.listening]);

  const drain = async (timeoutMs: number): Promise<void> => {
    props.onDrain();
    // Flows that the entrance has just sent here are accepted before anything counts as empty.
    await socketTurns();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      server.whenEmpty(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    await socketTurns();
    await server.end();
    await destroy();
  };
  const destroy = async (): Promise<void> => {
    agent.destroy();
    await Promise.all([server.destroy(), admin.destroy()]);
    props.onGone();
  };

  return {
    name: props.name,
    address: server.address,
    adminAddress: admin.address,
    stats: statsText,
    drain(timeoutMs) {
      draining ??= drain(timeoutMs);
      return draining;
    },
    destroy,
  };
}

/** The host that a request is for: of an absolute URL before that of the header. */
function hostOf(request: IncomingMessage): string {
  const url = request.url ?? '/';
  const absolute = url.startsWith('/') ? undefined : /^https?:\/\/([^/?#]+)/i.exec(url)?.[1];
  return absolute ?? request.headers.host ?? '';
}

/** Path and query of a request's URL, which may be absolute. */
function pathOf(url: string): string {
  if (url.startsWith('/') || url === '*') return url;
  const path = url.replace(/^https?:\/\/[^/?#]+/i, '');
  return path.startsWith('/') ? path : `/${path}`;
}
