import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { hostsOf, keyOf } from '../migration/inventory.ts';
import { isSystemNamespace, kinds } from '../migration/kinds.ts';
import type { PlannedService } from './plan.ts';

/** Who puts this annotation on a service does not want it to be probed. */
const probeAnnotation = 'zeroshift.dev/probe';

/** The services that a cluster has outside the system's namespaces, with their hosts; by namespace and name. */
export async function servicesOn(cluster: ClusterPort): Promise<PlannedService[]> {
  const [services, mappings] = await Promise.all([namedServices(cluster), mappingsOf(cluster)]);
  return services
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { hosts, ...service }]) => ({
      ...service,
      hosts: [...new Set([...hosts, ...(mappings.get(key) ?? [])])],
    }));
}

/** Of each object what counts and no more: a fleet may have ten thousand of them in every region. */
async function namedServices(cluster: ClusterPort): Promise<[string, PlannedService][]> {
  const services: [string, PlannedService][] = [];
  for await (const service of cluster.list(kinds.service)) {
    const { namespace = 'default', name, annotations } = service.metadata;
    if (isSystemNamespace(namespace)) continue;
    const probed = annotations?.[probeAnnotation] !== 'false';
    const hosts = hostsOf({ service, domainMappings: [] });
    services.push([keyOf(service), { namespace, name, hosts, ...(probed ? {} : { probe: false }) }]);
  }
  return services;
}

/** Hosts of DomainMappings, by the service that they lead to. */
async function mappingsOf(cluster: ClusterPort): Promise<ReadonlyMap<string, readonly string[]>> {
  const mappings = new Map<string, string[]>();
  for await (const mapping of cluster.list(kinds.domainMapping)) {
    const key = leadsTo(mapping);
    if (key === undefined) continue;
    const hosts = mappings.get(key) ?? [];
    hosts.push(mapping.metadata.name);
    mappings.set(key, hosts);
  }
  return mappings;
}

const leadsTo = ({ metadata, spec }: KubeObject): string | undefined =>
  spec?.ref?.kind === 'Service' ? `${metadata.namespace ?? ''}/${spec.ref.name}` : undefined;

/** What is other than planned, as a clause; undefined when nothing is. */
export function serviceChange(
  planned: readonly PlannedService[],
  found: readonly PlannedService[],
): string | undefined {
  const named = (services: readonly PlannedService[]): Map<string, string> =>
    new Map(services.map(({ namespace, name, hosts }) => [`${namespace}/${name}`, [...hosts].sort().join()]));
  const [before, now] = [named(planned), named(found)];
  for (const [name, hosts] of now) {
    if (!before.has(name)) return `has the new service ${name}`;
    if (before.get(name) !== hosts) return `answers for ${name} on other hosts: ${hosts}`;
  }
  const gone = [...before.keys()].find((name) => !now.has(name));
  return gone === undefined ? undefined : `has no service ${gone} any more`;
}
