import { type GroupKind, groupIn } from '../inventory/names.ts';

/** Which kinds must be there before which: a level needs only those before it. */
const levels: readonly (readonly GroupKind[])[] = [
  ['Namespace'],
  ['PriorityClass.scheduling.k8s.io'],
  ['ResourceQuota', 'LimitRange', 'NetworkPolicy.networking.k8s.io'],
  ['ServiceAccount', 'Role.rbac.authorization.k8s.io', 'ClusterRole.rbac.authorization.k8s.io'],
  ['RoleBinding.rbac.authorization.k8s.io', 'ClusterRoleBinding.rbac.authorization.k8s.io'],
  ['ConfigMap'],
  ['Secret', 'SealedSecret.bitnami.com', 'SecretProviderClass.secrets-store.csi.x-k8s.io'],
  ['SecretStore.external-secrets.io', 'Issuer.cert-manager.io'],
  ['ExternalSecret.external-secrets.io', 'Certificate.cert-manager.io'],
  ['ResourceClaim.resource.k8s.io', 'ResourceClaimTemplate.resource.k8s.io'],
  [
    'Deployment.apps',
    'StatefulSet.apps',
    'DaemonSet.apps',
    'ReplicaSet.apps',
    'ReplicationController',
    'CronJob.batch',
    'Job.batch',
    'Pod',
  ],
  ['HorizontalPodAutoscaler.autoscaling', 'PodDisruptionBudget.policy'],
  ['Service', 'Endpoints'],
  ['Ingress.networking.k8s.io'],
  ['Configuration.serving.knative.dev'],
  ['Service.serving.knative.dev', 'Route.serving.knative.dev'],
  ['ClusterDomainClaim.networking.internal.knative.dev'],
  ['DomainMapping.serving.knative.dev'],
];

const levelOfKind = new Map(levels.flatMap((kinds, level) => kinds.map((kind) => [kind, level])));

/** Generators are read by ExternalSecrets. */
const ofGenerators = levelOfKind.get('SecretStore.external-secrets.io') ?? 0;

export const levelOf = (kind: GroupKind): number =>
  groupIn(kind) === 'generators.external-secrets.io'
    ? ofGenerators
    : (levelOfKind.get(kind) ?? levels.length);
