import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { domainOf, renderTemplate, type TemplateValues, templateProblem } from '../../../validation/index.ts';
import type { ClusterConfig } from './cluster-config.ts';

const clusterDomain = 'svc.cluster.local';

export const isClusterLocal = (host: string): boolean =>
  host === clusterDomain || host.endsWith(`.${clusterDomain}`);

/**
 * Host name of a route, or of one of its tags, from the templates of `config-network`.
 * @throws Error when a template cannot be read, or asks for what is not there
 */
export function renderHost(config: ClusterConfig, route: KubeObject, tag: string, local: boolean): string {
  const { name, namespace } = route.metadata;
  const hostLabel = tag === '' ? name : render(config.network.tagTemplate, { Name: name, Tag: tag });
  if (local) return `${hostLabel}.${namespace}.${clusterDomain}`;
  return render(config.network.domainTemplate, {
    Name: hostLabel,
    Namespace: namespace ?? '',
    Domain: domainOf(config.domains, route.metadata.labels),
    Annotations: route.metadata.annotations ?? {},
    Labels: route.metadata.labels ?? {},
  });
}

function render(template: string, values: TemplateValues): string {
  const rendered = renderTemplate(template, values);
  if (rendered !== undefined) return rendered;
  throw new Error(`domain name error: ${templateProblem(template, values)}`);
}
