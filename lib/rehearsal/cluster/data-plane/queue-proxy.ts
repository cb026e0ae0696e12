import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import type { PodSpec } from '../data-plane.ts';
import { Breaker } from './breaker.ts';
import { endOverdue, forward, respond } from './forward.ts';
import { forwardedHeader, namespaceHeader, requestHeaders, revisionHeader, withPeer } from './headers.ts';
import { type LoopbackServer, startServer } from './loopback-server.ts';
import { RequestStats } from './request-stats.ts';
import { sleep, socketTurns } from './wait.ts';

/** The proxy in front of a user container: concurrency limit, time-out, statistics, graceful end. */
export interface QueueProxy {
  readonly server: LoopbackServer;
  /** Requests that came here directly. Those through the activator are counted there. */
  readonly direct: RequestStats;
  /** Answers probes with 503, and everything else for a quiet period more that each request extends; then ends. */
  drain(quietPeriodMs: number, signal: AbortSignal): Promise<void>;
  destroy(): Promise<void>;
}

export interface QueueProxyProps {
  readonly spec: Pick<PodSpec, 'containerConcurrency' | 'timeoutMs'>;
  /** Port of the user container, when it is known. */
  readonly appPort: () => number;
  readonly isAppReady: () => boolean;
  readonly connectTimeoutMs: number;
}

/** Requests that may wait for each one that may run, as Knative has it. */
const queuedPerSlot = 10;
const probeAgents = /^(kube-probe\/|Knative-Activator-Probe|Knative-Autoscaling-Probe)/;
const internalHeaders: ReadonlySet<string> = new Set(
  [revisionHeader, namespaceHeader].map((name) => name.toLowerCase()),
);

export function startQueueProxy(props: QueueProxyProps): QueueProxy {
  const { containerConcurrency: limit, timeoutMs } = props.spec;
  const breaker = limit > 0 ? new Breaker(limit, queuedPerSlot * limit) : undefined;
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 1000 });
  const direct = new RequestStats(performance.now());
  let draining = false;
  let lastRequest = 0;

  /** Answers Kubernetes' and Knative's probes; false when it is no probe. */
  const probed = (request: IncomingMessage, response: ServerResponse): boolean => {
    const { headers } = request;
    const byNetwork = headers['k-network-probe'] === 'probe';
    if (
      !byNetwork &&
      headers['k-kubelet-probe'] === undefined &&
      !probeAgents.test(headers['user-agent'] ?? '')
    )
      return false;
    const hash = headers['k-network-hash'];
    if (draining) respond(response, 503, 'shutting down');
    else if (byNetwork && typeof hash !== 'string') respond(response, 400, 'a probe needs K-Network-Hash');
    else if (!byNetwork && !props.isAppReady()) respond(response, 503, 'the container is not ready');
    else respond(response, 200, 'queue', typeof hash === 'string' ? ['K-Network-Hash', hash] : []);
    return true;
  };

  const server = startServer((request, response) => {
    if (probed(request, response)) return;
    const arrived = performance.now();
    lastRequest = arrived;
    const counted = request.headers['k-proxy-request'] === undefined;
    if (counted) direct.begin(arrived);

    let cancel: (() => void) | undefined;
    let leave: (() => void) | undefined;
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            cancel?.();
            endOverdue(response, 'request timeout');
          }, timeoutMs)
        : undefined;
    response.once('close', () => {
      clearTimeout(timer);
      leave?.();
      if (counted) direct.end(performance.now());
    });
    const start = (): void => {
      const hop = {
        agent,
        port: props.appPort(),
        path: request.url ?? '/',
        headers: withPeer(request, forwardedHeader(request, requestHeaders(request, internalHeaders))),
        connectTimeoutMs: props.connectTimeoutMs,
      };
      cancel = forward(request, response, hop, (outcome) => {
        leave?.();
        if (outcome !== 'answered' && outcome !== 'cancelled')
          respond(response, 502, 'the container did not answer');
      });
    };
    if (breaker === undefined) return start();
    leave = breaker.enter(start);
    if (leave === undefined) respond(response, 503, 'pending request queue full');
  });

  return {
    server,
    direct,
    async drain(quietPeriodMs, signal) {
      draining = true;
      lastRequest = performance.now();
      for (;;) {
        const quietFor = performance.now() - lastRequest;
        if (signal.aborted) break;
        if (quietFor < quietPeriodMs) {
          await sleep(quietPeriodMs - quietFor, signal);
          continue;
        }
        const before = lastRequest;
        await socketTurns();
        if (lastRequest === before) break;
      }
      await server.end();
    },
    async destroy() {
      agent.destroy();
      await server.destroy();
    },
  };
}
