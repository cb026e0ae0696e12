import type { KubeObject } from '../../../clusters/cluster-port.ts';
import { type ClusterConfig, isClusterLocal, renderHost } from '../config/index.ts';
import { annotations, controllerOf, filterMap, labels } from '../objects/index.ts';
import { type RevisionTarget, splitsOf, tagsOf } from './route-traffic.ts';

interface Rule {
  readonly hosts: readonly string[];
  readonly visibility: 'ClusterLocal' | 'ExternalIP';
  readonly http: { readonly paths: readonly object[] };
}

/** Host of a route or of a tag, as it is written in a URL: the outer one, unless the route is for the cluster only. */
export function publicHost(config: ClusterConfig, route: KubeObject, tag: string): string {
  const host = renderHost(config, route, tag, false);
  return isClusterLocal(host) ? renderHost(config, route, tag, true) : host;
}

/** The Ingress of a route: rules for the route's own host and for each tag's, inside and outside. */
export function makeIngress(
  config: ClusterConfig,
  route: KubeObject,
  targets: readonly RevisionTarget[],
): KubeObject {
  const { name, namespace = '' } = route.metadata;
  const rules: Rule[] = [];
  for (const tag of tagsOf(targets)) {
    const paths = [
      {
        splits: splitsOf(targets, tag).map(({ revision, percent }) => ({
          serviceName: revision,
          serviceNamespace: namespace,
          servicePort: 80,
          percent,
          appendHeaders: {
            'Knative-Serving-Namespace': namespace,
            'Knative-Serving-Revision': revision,
          },
        })),
      },
    ];
    const inside = renderHost(config, route, tag, true);
    rules.push({ hosts: expanded(inside), visibility: 'ClusterLocal', http: { paths } });
    const outside = publicHost(config, route, tag);
    if (!isClusterLocal(outside)) rules.push({ hosts: [outside], visibility: 'ExternalIP', http: { paths } });
  }
  return {
    apiVersion: 'networking.internal.knative.dev/v1alpha1',
    kind: 'Ingress',
    metadata: {
      name,
      namespace,
      labels: {
        ...route.metadata.labels,
        [labels.route]: name,
        [labels.routeNamespace]: namespace,
      },
      annotations: {
        [annotations.ingressClass]: config.network.ingressClass,
        ...filterMap(route.metadata.annotations, (key) => key !== annotations.lastApplied),
      },
      ownerReferences: [controllerOf(route)],
    },
    spec: { httpOption: 'Enabled', rules },
  };
}

/** `a.ns.svc.cluster.local` is also known as `a.ns.svc` and `a.ns`. */
const expanded = (host: string): string[] => [
  host.replace(/\.svc\.cluster\.local$/, ''),
  host.replace(/\.cluster\.local$/, ''),
  host,
];

/** The Kubernetes Service that keeps a route's (or a tag's) name and leads to the gateway. */
export function makePlaceholder(config: ClusterConfig, route: KubeObject, tag: string): KubeObject {
  const [name = ''] = renderHost(config, route, tag, true).split('.');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: route.metadata.namespace ?? '',
      labels: {
        ...filterMap(route.metadata.labels, (key) => key !== labels.visibility),
        [labels.route]: route.metadata.name,
      },
      annotations: { ...route.metadata.annotations },
      ownerReferences: [controllerOf(route)],
    },
    spec: {
      type: 'ExternalName',
      externalName: 'kourier-internal.kourier-system.svc.cluster.local',
      sessionAffinity: 'None',
      ports: [{ name: 'http2', appProtocol: 'kubernetes.io/h2c', port: 80, targetPort: 80, protocol: 'TCP' }],
    },
  };
}
