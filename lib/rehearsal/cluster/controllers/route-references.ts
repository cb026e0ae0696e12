import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store } from '../../kube-api/index.ts';
import { keyOf, labels, resources } from '../objects/index.ts';
import type { TrafficTarget } from './route-traffic.ts';

/** What a route's spec asks for and its status has. */
export const trafficOf = (route: KubeObject): readonly TrafficTarget[] => [
  ...(route.status?.traffic ?? []),
  ...(route.spec.traffic ?? []),
];

/** Keys of the routes that lead to a configuration, or to a revision or its configuration. */
export function routesMentioning(store: Store, object: KubeObject): string[] {
  const { name, namespace, labels: own } = object.metadata;
  const isRevision = object.kind === 'Revision';
  const configuration = isRevision ? own?.[labels.configuration] : name;
  return store
    .list(resources.routes, { namespace: namespace ?? '' })
    .filter((route) =>
      trafficOf(route).some(
        (target) =>
          (isRevision && target.revisionName === name) ||
          (target.configurationName !== undefined && target.configurationName === configuration),
      ),
    )
    .map(keyOf);
}
