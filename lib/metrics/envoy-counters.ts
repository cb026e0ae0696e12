import { type GatewaySample, unbounded } from './metrics-port.ts';
import { type PrometheusSample, parsePrometheusText } from './prometheus-text.ts';

/** What one gateway has counted since it started. */
export type GatewayCounters = Omit<GatewaySample, 'at' | 'sources' | 'perSource'>;

const prefix = 'envoy_http_downstream_';
const names = {
  flows: `${prefix}cx_total`,
  openFlows: `${prefix}cx_active`,
  answers: `${prefix}rq_xx`,
  latency: `${prefix}rq_time_bucket`,
} as const;
const wanted: ReadonlySet<string> = new Set(Object.values(names));

/** Envoy's own listeners: the admin interface, and the one that Kourier reads statistics through. */
const ownListeners: ReadonlySet<string> = new Set(['admin', 'stats', 'stats_server']);

/**
 * Reads Envoy's statistics, of the listeners that serve requests only.
 * @throws Error that names the metric which is missing or cannot be right
 */
export function readEnvoyCounters(text: string): GatewayCounters {
  const samples = parsePrometheusText(text, (name) => wanted.has(name)).filter(
    ({ labels }) => !ownListeners.has(labels.envoy_http_conn_manager_prefix ?? ''),
  );
  const of = (name: string): PrometheusSample[] => samples.filter((sample) => sample.name === name);
  const needed = (name: string): PrometheusSample[] => {
    const found = of(name);
    if (found.length === 0) throw new Error(`${name} is missing`);
    return found;
  };
  const answers = needed(names.answers);
  const requests = sum(answers);
  return {
    flows: sum(needed(names.flows)),
    openFlows: sum(needed(names.openFlows)),
    requests,
    errors: sum(answers.filter(({ labels }) => labels.envoy_response_code_class === '5')),
    // Envoy may leave out a histogram that nothing was recorded in.
    latency: addHistograms([histogram(requests > 0 ? needed(names.latency) : of(names.latency))]),
  };
}

function sum(samples: readonly PrometheusSample[]): number {
  let total = 0;
  for (const { name, value } of samples) {
    if (!Number.isFinite(value) || value < 0) throw new Error(`${name} is ${value}`);
    total += value;
  }
  return total;
}

type Latency = GatewaySample['latency'];

/** Samples of several listeners with the same bound are added up. */
function histogram(samples: readonly PrometheusSample[]): Latency {
  const byBound = new Map<number, PrometheusSample[]>();
  for (const sample of samples) {
    const le = sample.labels.le === '+Inf' ? unbounded : Number(sample.labels.le ?? NaN);
    if (Number.isNaN(le)) throw new Error(`${sample.name} has a bound of ${sample.labels.le}`);
    byBound.set(le, [...(byBound.get(le) ?? []), sample]);
  }
  return [...byBound].map(([le, same]) => ({ le, count: sum(same) })).sort((a, b) => a.le - b.le);
}

/** Adds histograms of several gateways. @throws Error where their bounds differ or one has no end */
export function addHistograms(histograms: readonly Latency[]): Latency {
  const [first, ...others] = histograms.filter((buckets) => buckets.length > 0);
  if (first === undefined) return [];
  if (first.at(-1)?.le !== unbounded) throw new Error('a latency histogram has no +Inf bucket');
  return others.reduce((total, other) => {
    if (other.length !== total.length || other.some(({ le }, index) => le !== total[index]?.le))
      throw new Error('gateways have latency histograms with different bounds');
    return total.map(({ le, count }, index) => ({ le, count: count + (other[index]?.count ?? 0) }));
  }, first);
}
