import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { DataPlane, HostRoute } from '../data-plane.ts';
import { annotations, isBeingDeleted, resources, timestamp } from '../objects/index.ts';
import { Conditions } from './conditions.ts';
import type { ControllerContext } from './context.ts';
import type { Controller } from './manager.ts';

export const kourierClass = 'kourier.ingress.networking.knative.dev';

const set = { dependents: ['LoadBalancerReady', 'NetworkConfigured'] };
const balancer = (host: string) => ({
  ingress: [{ domainInternal: `${host}.kourier-system.svc.cluster.local` }],
});

/** The ingress: all Ingress objects of its class together are one table of hosts in the gateways. */
export function ingressController(
  context: ControllerContext,
  dataPlane: Pick<DataPlane, 'setRoutes'>,
): Controller {
  const { store } = context;
  return {
    name: 'ingress',
    watches: [{ resource: resources.ingresses, keys: () => ['table'] }],
    reconcile() {
      const ingresses = store
        .list(resources.ingresses)
        .filter((ingress) => !isBeingDeleted(ingress))
        .filter(({ metadata }) => metadata.annotations?.[annotations.ingressClass] === kourierClass);
      dataPlane.setRoutes(hostTable(ingresses));
      for (const ingress of ingresses) {
        if (ingress.status?.observedGeneration === ingress.metadata.generation) continue;
        const conditions = new Conditions(set, ingress.status?.conditions ?? [], timestamp(context.now()));
        for (const type of set.dependents) conditions.markTrue(type);
        store.updateStatus(resources.ingresses, {
          ...ingress,
          status: {
            observedGeneration: ingress.metadata.generation,
            conditions: conditions.list(ingress.status?.conditions),
            publicLoadBalancer: balancer('kourier'),
            privateLoadBalancer: balancer('kourier-internal'),
          },
        });
      }
      return undefined;
    },
  };
}

interface Rule {
  readonly hosts: readonly string[];
  readonly visibility: 'ClusterLocal' | 'ExternalIP';
  readonly http: {
    readonly paths: readonly {
      readonly rewriteHost?: string;
      readonly splits: readonly {
        readonly serviceName: string;
        readonly serviceNamespace: string;
        readonly percent: number;
      }[];
    }[];
  };
}

/** Outer host → revisions. A rule that rewrites the host leads where that host leads inside the cluster. */
export function hostTable(ingresses: readonly KubeObject[]): Map<string, HostRoute> {
  const rules: readonly Rule[] = ingresses.flatMap((ingress) => ingress.spec.rules ?? []);
  const inside = new Map<string, HostRoute>();
  const table = new Map<string, HostRoute>();
  const rewritten: [string, string][] = [];
  for (const { hosts, visibility, http } of rules) {
    const path = http.paths[0];
    if (path === undefined) continue;
    const splits = path.splits.map(({ serviceName, serviceNamespace, percent }) => ({
      revision: `${serviceNamespace}/${serviceName}`,
      percent,
    }));
    for (const host of hosts)
      if (path.rewriteHost !== undefined) rewritten.push([host, path.rewriteHost]);
      else if (visibility === 'ClusterLocal') inside.set(host, { splits });
      // The first that has a host keeps it.
      else if (!table.has(host)) table.set(host, { splits });
  }
  for (const [host, target] of rewritten) {
    const route = inside.get(target);
    if (route !== undefined && !table.has(host)) table.set(host, route);
  }
  return table;
}
