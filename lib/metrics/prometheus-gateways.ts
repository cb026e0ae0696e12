import { ZeroshiftError } from '../messages/error.ts';
import { envoyCounters, envoyMetrics, type GatewayCounters } from './envoy-counters.ts';
import { addHistograms } from './histogram.ts';
import type { GatewaySample, MetricsPort } from './metrics-port.ts';
import { createPrometheus } from './prometheus.ts';
import type { PrometheusSample } from './prometheus-text.ts';

export interface PrometheusGatewaysOptions {
  /** Of the Prometheus server. */
  readonly url: string;
  /** Matchers that choose one colour's gateways in one region, such as `cluster="shop-blue"`. */
  readonly selector: string;
  /** Label that tells one gateway from another. @default 'pod' */
  readonly by?: string;
}

const timeoutMs = 10_000;

/**
 * Reads a colour's gateways (Envoy) from a Prometheus server that scrapes them. What the server saw last counts, so that looks
 * between two scrapes find nothing new. `gateways()` throws ZeroshiftError `metrics.unavailable` (try again).
 */
export function createPrometheusGateways({
  url,
  selector,
  by = 'pod',
}: PrometheusGatewaysOptions): MetricsPort {
  const prometheus = createPrometheus(url);
  const query = `{__name__=~"${[...envoyMetrics].join('|')}",${selector}}`;
  const read = async (): Promise<GatewaySample> => {
    const pods = byLabel(await prometheus.query(query, timeoutMs), by);
    if (pods.size === 0) throw new Error(`the server knows no gateway with ${selector}`);
    const counters = new Map([...pods].map(([pod, samples]) => [pod, countersOf(pod, samples)]));
    const all = [...counters.values()];
    const add = (of: (one: GatewayCounters) => number): number => all.reduce((sum, one) => sum + of(one), 0);
    return {
      at: Date.now(),
      flows: add((one) => one.flows),
      openFlows: add((one) => one.openFlows),
      requests: add((one) => one.requests),
      errors: add((one) => one.errors),
      latency: addHistograms(all.map((one) => one.latency)),
      sources: [...pods.keys()].sort(),
      perSource: Object.fromEntries(
        [...counters].map(([pod, { flows, requests, errors }]) => [pod, { flows, requests, errors }]),
      ),
    };
  };
  return {
    gateways: async () => {
      try {
        return await read();
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new ZeroshiftError(`the gateways' statistics cannot be read from Prometheus: ${why}`, {
          code: 'metrics.unavailable',
          source: 'outside',
          action: 'see whether the server answers, and scrapes the gateways with these labels',
          cause,
        });
      }
    },
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
