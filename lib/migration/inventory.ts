import type { ClusterPort, Kind, KubeObject } from '../clusters/cluster-port.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { configurationOf } from './inventory/revision-uses.ts';
import { mattering, type ServiceHistory, withoutManagers } from './inventory/service-history.ts';
import { isSystemNamespace, kinds } from './kinds.ts';

/** A service with what it needs to be the same elsewhere. */
export interface ServiceInventory extends ServiceHistory {
  readonly service: KubeObject;
  readonly domainMappings: readonly KubeObject[];
}

/** What a cluster holds that has to move. */
export interface Inventory {
  readonly namespaces: readonly KubeObject[];
  readonly services: readonly ServiceInventory[];
}

export interface InventoryScope {
  /** Only these services, as `namespace/name`. @default - all outside the system's namespaces */
  readonly only?: ReadonlySet<string>;
  /** When retention is asked what it keeps. @default - now */
  readonly now?: Date;
}

/** Reads the services of a cluster and what belongs to them, sorted by namespace and name. */
export async function readInventory(cluster: ClusterPort, scope: InventoryScope = {}): Promise<Inventory> {
  const services = await all(cluster, kinds.service, (service) => isChosen(service, scope));
  const chosen = new Set(services.map(keyOf));
  const used = new Set(services.map(({ metadata }) => metadata.namespace));
  const [configurations, revisions, mappings, namespaces, gc] = await Promise.all([
    all(cluster, kinds.configuration, (object) => chosen.has(keyOf(object))),
    all(cluster, kinds.revision, (object) => chosen.has(parentOf(object))),
    all(cluster, kinds.domainMapping, (object) => used.has(object.metadata.namespace)),
    all(cluster, kinds.namespace, ({ metadata }) => used.has(metadata.name)),
    retentionOf(cluster),
  ]);
  const configured = new Map(configurations.map((object) => [keyOf(object), object]));
  const families = new Map<string, KubeObject[]>();
  for (const revision of revisions) {
    const family = families.get(parentOf(revision)) ?? [];
    family.push(revision);
    families.set(parentOf(revision), family);
  }
  return {
    namespaces,
    services: services
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
      .map((service) => {
        const configuration = configured.get(keyOf(service));
        return {
          service,
          ...(configuration === undefined ? {} : { configuration }),
          ...mattering(
            configuration === undefined ? [service] : [service, configuration],
            families.get(keyOf(service)) ?? [],
            gc,
            scope.now ?? new Date(),
          ),
          domainMappings: mappings.filter((mapping) => leadsTo(mapping, service)),
        };
      }),
  };
}

/** `namespace/name`. */
export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** The host names that a service answers on. */
export function hostsOf({
  service,
  domainMappings,
}: Pick<ServiceInventory, 'service' | 'domainMappings'>): string[] {
  const urls: unknown[] = [
    service.status?.url,
    ...(service.status?.traffic ?? []).map((target: { url?: string }) => target.url),
  ];
  const hosts = urls.filter((url) => typeof url === 'string').map((url) => new URL(url).hostname);
  return [...new Set([...hosts, ...domainMappings.map(({ metadata }) => metadata.name)])];
}

const isChosen = (service: KubeObject, { only }: InventoryScope): boolean =>
  !isSystemNamespace(service.metadata.namespace ?? '') && (only?.has(keyOf(service)) ?? true);

const parentOf = (revision: KubeObject): string =>
  `${revision.metadata.namespace ?? ''}/${configurationOf(revision) ?? ''}`;

const leadsTo = ({ metadata, spec }: KubeObject, service: KubeObject): boolean =>
  metadata.namespace === service.metadata.namespace &&
  spec?.ref?.kind === 'Service' &&
  spec?.ref?.name === service.metadata.name;

/** Where it may not be read Knative's defaults are taken. */
async function retentionOf(cluster: ClusterPort): Promise<Readonly<Record<string, string>>> {
  try {
    return (await cluster.get(kinds.retention))?.data ?? {};
  } catch (error) {
    if (ZeroshiftError.is(error) && error.code === 'cluster.refused') return {};
    throw error;
  }
}

async function all(
  cluster: ClusterPort,
  kind: Kind,
  isWanted: (object: KubeObject) => boolean,
): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  for await (const object of cluster.list(kind)) if (isWanted(object)) objects.push(withoutManagers(object));
  return objects;
}
