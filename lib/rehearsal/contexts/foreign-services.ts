import type { ClusterPort } from '../../clusters/cluster-port.ts';
import type { Problem } from '../../messages/error.ts';
import { isOwn, nameOf, rehearsalLabel } from './own-label.ts';

const kinds = [
  { apiVersion: 'serving.knative.dev/v1', kind: 'Service' },
  { apiVersion: 'serving.knative.dev/v1beta1', kind: 'DomainMapping' },
] as const;

/** Services and mappings in any namespace that no rehearsal made: somebody's, whose traffic a rehearsal would touch. */
export async function foreignServices(cluster: ClusterPort, where: string): Promise<Problem[]> {
  const found: Problem[] = [];
  for (const kind of kinds)
    for await (const object of cluster.list(kind))
      if (!isOwn(object))
        found.push({
          where: `${where}, ${nameOf(object)}`,
          value: 'not made by a rehearsal',
          allowed: `none, or the label ${rehearsalLabel}`,
        });
  return found;
}
