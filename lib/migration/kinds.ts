/** The kinds that a migration reads and writes. */
export const kinds = {
  namespace: { apiVersion: 'v1', kind: 'Namespace' },
  service: { apiVersion: 'serving.knative.dev/v1', kind: 'Service' },
  configuration: { apiVersion: 'serving.knative.dev/v1', kind: 'Configuration' },
  revision: { apiVersion: 'serving.knative.dev/v1', kind: 'Revision' },
  domainMapping: { apiVersion: 'serving.knative.dev/v1beta1', kind: 'DomainMapping' },
  domainClaim: { apiVersion: 'networking.internal.knative.dev/v1alpha1', kind: 'ClusterDomainClaim' },
  /** What retention keeps of revisions. */
  retention: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'knative-serving', name: 'config-gc' },
  /** Whether a revision may begin with no pods. */
  autoscaler: {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace: 'knative-serving',
    name: 'config-autoscaler',
  },
} as const;

/** Namespaces of the clusters themselves: what is in them is installed, not moved. */
export const isSystemNamespace = (name: string): boolean =>
  /^(kube-.*|knative-.*|kourier-system|istio-system|cert-manager)$/.test(name);
