import type { TokenPlace } from '../fleet/cutover-gates.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { envoyCounters, envoyMetrics, type GatewayCounters } from './envoy-counters.ts';
import type { GatewaySample, MetricsPort } from './metrics-port.ts';
import { createPrometheus } from './prometheus.ts';
import type { PrometheusSample } from './prometheus-text.ts';
import { revisionMetrics, revisionTraffic } from './revision-traffic.ts';
import { sumGateways } from './sum-gateways.ts';

export interface PrometheusGatewaysOptions {
  /** Of the Prometheus server. */
  readonly url: string;
  /** Matchers that choose one colour's gateways in one region, such as `cluster="shop-blue"`. */
  readonly selector: string;
  /** Label that tells one gateway from another. @default 'pod' */
  readonly by?: string;
  /** Sent as a bearer token. @default - none */
  readonly token?: TokenPlace;
}

const timeoutMs = 10_000;

/**
 * Reads a colour's gateways (Envoy) from a Prometheus server that scrapes them. What the server saw last counts, so that looks
 * between two scrapes find nothing new. Both readings throw ZeroshiftError `metrics.unavailable` (try again).
 */
export function createPrometheusGateways({
  url,
  selector,
  by = 'pod',
  token,
}: PrometheusGatewaysOptions): MetricsPort {
  const prometheus = createPrometheus(url, token);
  const query = `{__name__=~"${[...envoyMetrics].join('|')}",${selector}}`;
  const ofRevisions = `{__name__=~"${[...revisionMetrics].join('|')}",envoy_cluster_name=~"[^/]+/[^/]+",${selector}}`;
  const read = async (): Promise<GatewaySample> => {
    const pods = byLabel(await prometheus.query(query, timeoutMs), by);
    if (pods.size === 0) throw new Error(`the server knows no gateway with ${selector}`);
    const counters = new Map([...pods].map(([pod, samples]) => [pod, countersOf(pod, samples)]));
    return sumGateways(Date.now(), counters);
  };
  const told = async <T>(reading: () => Promise<T>): Promise<T> => {
    try {
      return await reading();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ZeroshiftError(`the gateways' statistics cannot be read from Prometheus: ${why}`, {
        code: 'metrics.unavailable',
        source: 'outside',
        action: 'see whether the server answers, and scrapes the gateways with these labels',
        cause,
      });
    }
  };
  return {
    gateways: () => told(read),
    revisions: () => told(async () => revisionTraffic(await prometheus.query(ofRevisions, timeoutMs))),
  };
}

function countersOf(pod: string, samples: readonly PrometheusSample[]): GatewayCounters {
  try {
    return envoyCounters(samples);
  } catch (cause) {
    throw new Error(`gateway ${pod}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function byLabel(samples: readonly PrometheusSample[], label: string): Map<string, PrometheusSample[]> {
  const found = new Map<string, PrometheusSample[]>();
  for (const sample of samples) {
    const value = sample.labels[label];
    if (value === undefined) throw new Error(`${sample.name} has no label ${label}`);
    const known = found.get(value);
    if (known === undefined) found.set(value, [sample]);
    else known.push(sample);
  }
  return found;
}
