import { hostsOf, type Inventory } from '../migration/inventory.ts';
import type { LoadTarget } from './load/index.ts';

/** Milliseconds until an answer must be complete: a service may start from zero within it. */
const deadlineMs = 10_000;

/**
 * One target for each host of each service: most of the load on the services' own hosts, some on tags and mappings,
 * and on services without pods so little that they go back to zero in between.
 */
export function loadTargets({ services }: Inventory): LoadTarget[] {
  return services.flatMap((service) => {
    const { name, namespace } = service.service.metadata;
    const revisions = new Map(service.revisions.map((revision) => [revision.metadata.name, revision]));
    const traffic: { revisionName?: string }[] = service.service.status?.traffic ?? [];
    const pods = traffic.reduce(
      (sum, { revisionName }) => sum + Number(revisions.get(revisionName ?? '')?.status?.actualReplicas ?? 0),
      0,
    );
    return hostsOf(service).map((host, index) => ({
      service: `${namespace}/${name}`,
      host,
      path: '/',
      weight: pods === 0 ? 0.02 : index === 0 ? 10 : 3,
      expectedStatus: 200,
      deadlineMs,
    }));
  });
}
