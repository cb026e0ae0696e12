import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Random } from '../../random.ts';
import type { RevisionEndpoints } from '../data-plane.ts';
import { endOverdue, forward, respond } from './forward.ts';
import { namespaceHeader, proxyHeader, requestHeaders, revisionHeader, withPeer } from './headers.ts';
import { startServer } from './loopback-server.ts';
import { RequestStats } from './request-stats.ts';
import type { Revision } from './routing.ts';
import { Throttle } from './throttle.ts';

/** Holds requests while a revision has no pod with room, and passes them on as there is. */
export interface Activator {
  readonly port: number;
  update(revision: Revision): void;
  remove(revision: string): void;
  /** Averages since the last call. After a quiet time they start with the request that ended it. */
  scrape(revision: string): { averageConcurrency: number; requestsPerSecond: number };
  destroy(): Promise<void>;
}

export interface ActivatorProps {
  readonly random: Random;
  readonly connectTimeoutMs: number;
  /** A request came to a revision that had none here, or that has no pods. */
  readonly onActivation: (revision: string) => void;
}

interface Held {
  readonly stats: RequestStats;
  readonly throttle: Throttle;
  endpoints: RevisionEndpoints;
  /** Nothing was here in the whole of the last period. */
  quiet: boolean;
}

const droppedHeaders: ReadonlySet<string> = new Set(
  [revisionHeader, namespaceHeader, proxyHeader].map((name) => name.toLowerCase()),
);

export async function startActivator(props: ActivatorProps): Promise<Activator> {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1000 });
  const revisions = new Map<string, Held>();

  const pass = (request: IncomingMessage, response: ServerResponse, held: Held): void => {
    let cancel: (() => void) | undefined;
    let leave: (() => void) | undefined;
    const timer =
      held.endpoints.timeoutMs > 0
        ? setTimeout(() => {
            cancel?.();
            leave?.();
            endOverdue(response, 'activator request timeout');
          }, held.endpoints.timeoutMs)
        : undefined;
    response.once('close', () => {
      clearTimeout(timer);
      leave?.();
      held.stats.end(performance.now());
    });
    const refuse = (): void => respond(response, 503, 'the revision is gone');

    const enter = (avoid?: number): void => {
      const start = (port: number): void => {
        const headers = withPeer(request, requestHeaders(request, droppedHeaders));
        headers.push(proxyHeader, 'activator');
        const hop = {
          agent,
          port,
          path: request.url ?? '/',
          headers,
          connectTimeoutMs: props.connectTimeoutMs,
        };
        cancel = forward(request, response, hop, (outcome) => {
          leave?.();
          if (outcome === 'answered' || outcome === 'cancelled') return;
          if (outcome === 'refused' && avoid === undefined) return enter(port);
          respond(response, outcome === 'malformed' ? 502 : 503, 'the pod did not answer');
        });
      };
      leave = held.throttle.enter({ start, refuse, avoid });
      if (leave === undefined) respond(response, 503, 'pending request queue full');
    };
    enter();
  };

  const server = startServer((request, response) => {
    const { headers } = request;
    const id = `${headers['knative-serving-namespace']}/${headers['knative-serving-revision']}`;
    const held = revisions.get(id);
    if (held === undefined) return respond(response, 404, 'no such revision');
    const now = performance.now();
    if (held.quiet) held.stats.restart(now);
    held.quiet = false;
    held.stats.begin(now);
    if (held.stats.active === 1 || !held.throttle.hasPods) props.onActivation(id);
    pass(request, response, held);
  });
  await server.listening;

  return {
    port: server.port,
    update({ id, endpoints, ports }) {
      let held = revisions.get(id);
      if (held === undefined) {
        const stats = new RequestStats(performance.now());
        held = { stats, throttle: new Throttle(props.random), endpoints, quiet: true };
        revisions.set(id, held);
      }
      held.endpoints = endpoints;
      held.throttle.update(ports, endpoints.containerConcurrency);
    },
    remove(id) {
      revisions.get(id)?.throttle.close();
      revisions.delete(id);
    },
    scrape(id) {
      const held = revisions.get(id);
      if (held === undefined) return { averageConcurrency: 0, requestsPerSecond: 0 };
      const report = held.stats.report(performance.now());
      held.quiet = report.averageConcurrency === 0 && held.stats.active === 0;
      return report;
    },
    async destroy() {
      agent.destroy();
      for (const { throttle } of revisions.values()) throttle.close();
      await server.destroy();
    },
  };
}
