import { hostsOf, type Inventory } from '../migration/inventory.ts';
import type { LoadTarget } from './load/index.ts';

/** Milliseconds until an answer must be complete: a service may start from zero within it. */
const deadlineMs = 10_000;

/**
 * One target for each host of each service, by the parts of the load that the fleet gives them. A service without pods
 * gets so little that it goes back to zero in between.
 */
export function loadTargets({ services }: Inventory, parts: Readonly<Record<string, number>>): LoadTarget[] {
  return services.flatMap((service) => {
    const { name, namespace } = service.service.metadata;
    const revisions = new Map(service.revisions.map((revision) => [revision.metadata.name, revision]));
    const traffic: { revisionName?: string }[] = service.service.status?.traffic ?? [];
    const pods = traffic.reduce(
      (sum, { revisionName }) => sum + Number(revisions.get(revisionName ?? '')?.status?.actualReplicas ?? 0),
      0,
    );
    const key = `${namespace}/${name}`;
    const weight = parts[key] ?? (pods === 0 ? 0.02 : 10);
    const hosts = hostsOf(service);
    return hosts.map((host) => ({
      service: key,
      host,
      path: '/',
      weight: weight / hosts.length,
      expectedStatus: 200,
      deadlineMs,
    }));
  });
}
