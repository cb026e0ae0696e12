import type { RevisionTraffic } from './metrics-port.ts';
import { type PrometheusSample, parsePrometheusText } from './prometheus-text.ts';

const active = 'envoy_cluster_upstream_rq_active';
const answers = 'envoy_cluster_upstream_rq_xx';
/** Names of the metrics that are read. */
export const revisionMetrics: ReadonlySet<string> = new Set([active, answers]);

/** What Envoy has to be asked for, so that it leaves out the other hundred statistics of each cluster. */
export const revisionPath = `/stats/prometheus?filter=${encodeURIComponent('^cluster\\..*upstream_rq_(active|[1-5]xx)$')}`;

/** By revision: Kourier names the cluster of a revision `namespace/name`, and no other one with a slash. */
export const readRevisions = (texts: readonly string[]): Record<string, RevisionTraffic> =>
  revisionTraffic(texts.flatMap((text) => parsePrometheusText(text, (name) => revisionMetrics.has(name))));

export function revisionTraffic(samples: readonly PrometheusSample[]): Record<string, RevisionTraffic> {
  const found = new Map<string, { active: number; requests: number; errors: number }>();
  for (const { name, labels, value } of samples) {
    const revision = labels.envoy_cluster_name;
    if (revision === undefined || !/^[^/]+\/[^/]+$/.test(revision)) continue;
    if (!Number.isFinite(value) || value < 0) throw new Error(`${name} of ${revision} is ${value}`);
    const known = found.get(revision) ?? { active: 0, requests: 0, errors: 0 };
    found.set(revision, known);
    if (name === active) known.active += value;
    else {
      known.requests += value;
      if (labels.envoy_response_code_class === '5') known.errors += value;
    }
  }
  return Object.fromEntries(found);
}
