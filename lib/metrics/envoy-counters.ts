import { addHistograms, histogram } from './histogram.ts';
import type { GatewaySample } from './metrics-port.ts';
import { type PrometheusSample, parsePrometheusText } from './prometheus-text.ts';

/** What one gateway has counted since it started. */
export type GatewayCounters = Omit<GatewaySample, 'at' | 'sources' | 'perSource'>;

const prefix = 'envoy_http_downstream_';
const names = {
  flows: `${prefix}cx_total`,
  openFlows: `${prefix}cx_active`,
  answers: `${prefix}rq_xx`,
  latency: `${prefix}rq_time_bucket`,
  listenerFlows: 'envoy_listener_downstream_cx_total',
  listenerOpenFlows: 'envoy_listener_downstream_cx_active',
  listenerAnswers: 'envoy_listener_http_downstream_rq_xx',
  upstreamAnswers: 'envoy_cluster_upstream_rq_xx',
} as const;
/** Names of the metrics that are read. */
export const envoyMetrics: ReadonlySet<string> = new Set(Object.values(names));

/** Envoy's own listeners: the admin interface, and the one that Kourier reads statistics through. */
const statsPrefix = 'stats_server';
const ownListeners: ReadonlySet<string> = new Set(['admin', 'stats', statsPrefix]);
/** The cluster through which Kourier's gateways reach their own admin interface. */
const statsCluster = 'service_stats';
/** Ports of Kourier's listeners for requests: from outside, and from the cluster itself. Probes have others. */
const outside: ReadonlySet<string> = new Set(['8080', '8443']);
const inside: ReadonlySet<string> = new Set(['8081', '8444']);

/**
 * Reads Envoy's statistics, of the listeners that serve requests only. Where they are counted for each listener (a real
 * Envoy does), flows are those from outside, and requests are all that came to a service: the kubelet's checks, which
 * come to the listener for the cluster, are taken off.
 * @throws Error that names the metric which is missing or cannot be right
 */
export const readEnvoyCounters = (text: string): GatewayCounters =>
  envoyCounters(parsePrometheusText(text, (name) => envoyMetrics.has(name)));

/** Likewise, from samples of one gateway. */
export function envoyCounters(samples: readonly PrometheusSample[]): GatewayCounters {
  const of = (name: string): PrometheusSample[] =>
    samples.filter(
      (sample) =>
        sample.name === name && !ownListeners.has(sample.labels.envoy_http_conn_manager_prefix ?? ''),
    );
  const needed = (name: string): PrometheusSample[] => {
    const found = of(name);
    if (found.length === 0) throw new Error(`${name} is missing`);
    return found;
  };
  const byListener = of(names.listenerFlows).some((sample) => outside.has(portOf(sample)));
  const at = (name: string, ports: readonly ReadonlySet<string>[]): PrometheusSample[] =>
    needed(name).filter((sample) => ports.some((some) => some.has(portOf(sample))));
  const answers = byListener ? at(names.listenerAnswers, [outside, inside]) : needed(names.answers);
  const checks = byListener ? ownChecks(samples) : () => 0;
  const answered = (digits: readonly string[]): number =>
    digits.reduce((total, digit) => {
      const all = sum(answers.filter(({ labels }) => labels.envoy_response_code_class === digit));
      return total + Math.max(0, all - checks(digit));
    }, 0);
  const requests = answered(['1', '2', '3', '4', '5']);
  return {
    flows: sum(byListener ? at(names.listenerFlows, [outside]) : needed(names.flows)),
    openFlows: sum(byListener ? at(names.listenerOpenFlows, [outside]) : needed(names.openFlows)),
    requests,
    errors: answered(['5']),
    // Envoy may leave out a histogram that nothing was recorded in.
    latency: addHistograms([histogram(requests > 0 ? needed(names.latency) : of(names.latency))]),
  };
}

/** `8080` of `0.0.0.0_8080` or `[__]_8080`. */
const portOf = ({ labels }: PrometheusSample): string =>
  /_(\d+)$/.exec(labels.envoy_listener_address ?? '')?.[1] ?? '';

/**
 * By class of status: how often the admin interface answered requests that came to a listener for services. It answers
 * those to its own listener too, which are counted there.
 */
function ownChecks(samples: readonly PrometheusSample[]): (digit: string) => number {
  const count = (name: string, label: string, value: string, digit: string): number =>
    sum(
      samples.filter(
        (sample) =>
          sample.name === name &&
          sample.labels[label] === value &&
          sample.labels.envoy_response_code_class === digit,
      ),
    );
  return (digit) =>
    Math.max(
      0,
      count(names.upstreamAnswers, 'envoy_cluster_name', statsCluster, digit) -
        count(names.answers, 'envoy_http_conn_manager_prefix', statsPrefix, digit),
    );
}

function sum(samples: readonly PrometheusSample[]): number {
  let total = 0;
  for (const { name, value } of samples) {
    if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is ${value}`);
    total += value;
  }
  return total;
}
