import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { labels, type StringMap } from '../objects/index.ts';
import type { ClusterConfig } from './cluster-config.ts';

const clusterDomain = 'svc.cluster.local';

export const isClusterLocal = (host: string): boolean =>
  host === clusterDomain || host.endsWith(`.${clusterDomain}`);

/** The domain of a route with these labels: the most specific selector that fits, else the one without a selector. */
export function domainFor(config: ClusterConfig, routeLabels: StringMap | undefined): string {
  if (routeLabels?.[labels.visibility] === 'cluster-local') return clusterDomain;
  const fitting = config.domains
    .filter(({ selector }) => Object.entries(selector).every(([key, value]) => routeLabels?.[key] === value))
    .sort((a, b) => Object.keys(b.selector).length - Object.keys(a.selector).length);
  return fitting[0]?.name ?? clusterDomain;
}

/**
 * Host name of a route, or of one of its tags, from the templates of `config-network`.
 * @throws Error when a template uses what only Go's templates can do
 */
export function renderHost(config: ClusterConfig, route: KubeObject, tag: string, local: boolean): string {
  const { name, namespace } = route.metadata;
  const hostLabel = tag === '' ? name : render(config.network.tagTemplate, { Name: name, Tag: tag });
  if (local) return `${hostLabel}.${namespace}.${clusterDomain}`;
  return render(config.network.domainTemplate, {
    Name: hostLabel,
    Namespace: namespace ?? '',
    Domain: domainFor(config, route.metadata.labels),
    Annotations: route.metadata.annotations ?? {},
    Labels: route.metadata.labels ?? {},
  });
}

function render(template: string, values: Readonly<Record<string, string | StringMap>>): string {
  return template.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (whole, expression: string) => {
    const [, field] = /^\.(\w+)$/.exec(expression) ?? [];
    const simple = field === undefined ? undefined : values[field];
    if (typeof simple === 'string') return simple;
    const [, map, key] = /^index\s+\.(\w+)\s+"([^"]*)"$/.exec(expression) ?? [];
    const entries = map === undefined ? undefined : values[map];
    if (typeof entries === 'object' && key !== undefined) return entries[key] ?? '';
    throw new Error(`domain name error: the template's ${whole} is not understood here`);
  });
}
