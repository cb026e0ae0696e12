import { type GroupKind, groupIn } from './names.ts';

/**
 * What an inventory knows of a kind.
 * - `service`: Knative's own, that a person writes
 * - `workload`: runs pods
 * - `beside`: goes with workloads and services
 * - `support`: what pods refer to; listed even when something else made it, because it is needed
 * - `maker`: makes Secrets; moves instead of them
 * - `access`: who may do what
 */
export type Part = 'service' | 'workload' | 'beside' | 'support' | 'maker' | 'access';

/** Kinds that live in a namespace and are looked through, in this order: who refers comes before what is referred to. */
export const knownKinds: Readonly<Record<GroupKind, Part>> = {
  'Service.serving.knative.dev': 'service',
  'Configuration.serving.knative.dev': 'service',
  'Route.serving.knative.dev': 'service',
  'Revision.serving.knative.dev': 'service',
  'DomainMapping.serving.knative.dev': 'service',
  Service: 'beside',
  'Deployment.apps': 'workload',
  'StatefulSet.apps': 'workload',
  'DaemonSet.apps': 'workload',
  'ReplicaSet.apps': 'workload',
  ReplicationController: 'workload',
  'CronJob.batch': 'workload',
  'Job.batch': 'workload',
  Pod: 'workload',
  'HorizontalPodAutoscaler.autoscaling': 'beside',
  'PodDisruptionBudget.policy': 'beside',
  'Ingress.networking.k8s.io': 'beside',
  'NetworkPolicy.networking.k8s.io': 'beside',
  ResourceQuota: 'beside',
  LimitRange: 'beside',
  'ExternalSecret.external-secrets.io': 'maker',
  'SealedSecret.bitnami.com': 'maker',
  'Certificate.cert-manager.io': 'maker',
  'SecretProviderClass.secrets-store.csi.x-k8s.io': 'maker',
  'SecretStore.external-secrets.io': 'support',
  'Issuer.cert-manager.io': 'support',
  ServiceAccount: 'support',
  'RoleBinding.rbac.authorization.k8s.io': 'access',
  'Role.rbac.authorization.k8s.io': 'access',
  Secret: 'support',
  ConfigMap: 'support',
  PersistentVolumeClaim: 'support',
};

/** Of these in the namespaces all count, whatever labels were asked for: they hold for every pod there. */
export const forWholeNamespace: ReadonlySet<GroupKind> = new Set([
  'NetworkPolicy.networking.k8s.io',
  'ResourceQuota',
  'LimitRange',
]);

/** Kinds of objects that clusters and controllers make by themselves, and Knative's inner ones: not looked through. */
const made: ReadonlySet<GroupKind> = new Set([
  'Endpoints',
  'Event',
  'PodTemplate',
  'Binding',
  'Event.events.k8s.io',
  'EndpointSlice.discovery.k8s.io',
  'Lease.coordination.k8s.io',
  'ControllerRevision.apps',
  'CSIStorageCapacity.storage.k8s.io',
  'LocalSubjectAccessReview.authorization.k8s.io',
  'CertificateRequest.cert-manager.io',
  'Order.acme.cert-manager.io',
  'Challenge.acme.cert-manager.io',
  'CiliumEndpoint.cilium.io',
  'PolicyEndpoint.networking.k8s.aws',
  'SecretProviderClassPodStatus.secrets-store.csi.x-k8s.io',
]);

const innerGroups = new Set([
  'autoscaling.internal.knative.dev',
  'networking.internal.knative.dev',
  'caching.internal.knative.dev',
]);

/** Groups whose objects are computed from measurements each time that somebody asks: there is nothing in them to move. */
const measuredGroups = new Set(['metrics.k8s.io', 'custom.metrics.k8s.io', 'external.metrics.k8s.io']);

/** @param apiVersion such as `metrics.k8s.io/v1beta1` */
export const isMeasured = (apiVersion: string): boolean => measuredGroups.has(apiVersion.split('/')[0] ?? '');

export const isMadeByClusters = (kind: GroupKind): boolean =>
  made.has(kind) || innerGroups.has(groupIn(kind)) || measuredGroups.has(groupIn(kind));

const servingGroups = new Set([...innerGroups, 'serving.knative.dev', 'operator.knative.dev']);

/** Sources, triggers, brokers, channels and what else acts on events: every group of Knative's that is not Serving's. */
export const isEventing = (kind: GroupKind): boolean => {
  const group = groupIn(kind);
  return /(^|\.)knative\.dev$/.test(group) && !servingGroups.has(group);
};

/** Kinds outside of namespaces that belong to an installation: the target has its own, or must get them. */
export const belongsToCluster: ReadonlySet<GroupKind> = new Set([
  'StorageClass.storage.k8s.io',
  'RuntimeClass.node.k8s.io',
  'IngressClass.networking.k8s.io',
  'ClusterIssuer.cert-manager.io',
  'ClusterSecretStore.external-secrets.io',
  'ClusterTrustBundle.certificates.k8s.io',
  'DeviceClass.resource.k8s.io',
]);
