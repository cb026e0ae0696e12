import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { ProbePort, ProbeResult } from './metrics-port.ts';

type Target = Parameters<ProbePort['probe']>[0];

/**
 * Probes through an entrance: one GET on a connection of its own, the whole body read. Ok is a complete answer below
 * 500 that came from a service; a 404 of the gateway itself, which knows no such host, is not.
 */
export function createProber(): ProbePort {
  return { probe };
}

function probe(target: Target): Promise<ProbeResult> {
  const started = performance.now();
  const url = `http://${target.host}${target.path}`;
  return new Promise((resolve) => {
    const done = (result: { ok: boolean; status?: number; error?: string }) => {
      clearTimeout(timer);
      request?.destroy();
      resolve({ url, latency: Math.round((performance.now() - started) * 1000) / 1000, ...result });
    };
    const timer = setTimeout(
      () => done({ ok: false, error: `no complete answer within ${target.timeoutMs} ms` }),
      target.timeoutMs,
    );
    const failed = (error: unknown) =>
      done({ ok: false, error: error instanceof Error ? error.message || error.name : String(error) });
    const request = start(target, failed);
    request?.on('error', failed);
    request?.on('response', (response) => {
      response.resume();
      response.on('error', failed);
      response.on('end', () => done(judged(response)));
    });
    request?.on('close', () => failed('the connection closed before the answer was complete'));
    request?.end();
  });
}

/** Node throws at once where an address or a header cannot be right. */
function start({ address, host, path }: Target, failed: (error: unknown) => void) {
  try {
    const { hostname, port } = new URL(`http://${address}`);
    const headers = { Host: host, 'User-Agent': 'zeroshift-probe' };
    return httpRequest({ host: hostname, port: port === '' ? 80 : port, path, headers, agent: false });
  } catch (error) {
    // After the caller has its own handle on the request, were there one.
    queueMicrotask(() => failed(error));
    return undefined;
  }
}

/** Envoy times what a service answered; without that header it answered by itself. */
export const isByGateway = ({ headers }: IncomingMessage): boolean =>
  headers.server === 'envoy' && headers['x-envoy-upstream-service-time'] === undefined;

function judged(response: IncomingMessage): { ok: boolean; status?: number; error?: string } {
  const status = response.statusCode ?? 0;
  if (status >= 500) return { ok: false, status, error: `status ${status}` };
  if (status === 404 && isByGateway(response))
    return { ok: false, status, error: 'the gateway knows no service of this host' };
  return { ok: true, status };
}
