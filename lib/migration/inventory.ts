import type { ClusterPort, KubeObject } from '../clusters/cluster-port.ts';
import { isSystemNamespace, kinds } from './kinds.ts';

/** A service with what it needs to be the same elsewhere. */
export interface ServiceInventory {
  readonly service: KubeObject;
  /** The revisions that its traffic names, and its latest one. */
  readonly revisions: readonly KubeObject[];
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
}

/** Reads the services of a cluster and what belongs to them, sorted by namespace and name. */
export async function readInventory(cluster: ClusterPort, scope: InventoryScope = {}): Promise<Inventory> {
  const [services, revisions, mappings, namespaces] = await Promise.all([
    all(cluster, kinds.service),
    all(cluster, kinds.revision),
    all(cluster, kinds.domainMapping),
    all(cluster, kinds.namespace),
  ]);
  const chosen = services
    .filter(({ metadata }) => !isSystemNamespace(metadata.namespace ?? ''))
    .filter((service) => scope.only?.has(keyOf(service)) ?? true)
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const used = new Set(chosen.map(({ metadata }) => metadata.namespace));
  return {
    namespaces: namespaces.filter(({ metadata }) => used.has(metadata.name)),
    services: chosen.map((service) => ({
      service,
      revisions: revisionsOf(service, revisions),
      domainMappings: mappings.filter(
        ({ metadata, spec }) =>
          metadata.namespace === service.metadata.namespace &&
          spec?.ref?.kind === 'Service' &&
          spec?.ref?.name === service.metadata.name,
      ),
    })),
  };
}

/** `namespace/name`. */
export const keyOf = ({ metadata }: KubeObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** The host names that a service answers on. */
export function hostsOf({ service, domainMappings }: ServiceInventory): string[] {
  const urls: unknown[] = [
    service.status?.url,
    ...(service.status?.traffic ?? []).map((target: { url?: string }) => target.url),
  ];
  const hosts = urls.filter((url) => typeof url === 'string').map((url) => new URL(url).hostname);
  return [...new Set([...hosts, ...domainMappings.map(({ metadata }) => metadata.name)])];
}

async function all(cluster: ClusterPort, kind: { apiVersion: string; kind: string }): Promise<KubeObject[]> {
  const objects: KubeObject[] = [];
  for await (const object of cluster.list(kind)) objects.push(object);
  return objects;
}

function revisionsOf(service: KubeObject, revisions: readonly KubeObject[]): KubeObject[] {
  const traffic: { revisionName?: string }[] = [
    ...(service.spec?.traffic ?? []),
    ...(service.status?.traffic ?? []),
  ];
  const names = new Set([
    ...traffic.map(({ revisionName }) => revisionName),
    service.status?.latestReadyRevisionName,
  ]);
  return revisions.filter(
    ({ metadata }) => metadata.namespace === service.metadata.namespace && names.has(metadata.name),
  );
}
