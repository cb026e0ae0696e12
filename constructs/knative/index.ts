/**
 * Knative Serving: each running part as a construct of its own, with typed props; what they need (CRDs, roles, config
 * maps, namespace), the jobs after an installation, the data of each release, the whole, and how it compares with what
 * upstream released. Nothing here knows a fleet.
 */
export { Activator, type ActivatorProps } from './activator.ts';
export { Autoscaler, type AutoscalerProps } from './autoscaler.ts';
export type { ReplicaProps } from './availability.ts';
export {
  type Comparison,
  comparable,
  compareReleased,
  composeServing,
  type Difference,
  differencesBetween,
  type ObjectDifference,
  objectName,
  type Released,
  recogniseRelease,
} from './compare/index.ts';
export { type ComponentProps, servingNamespace, type Tuning } from './component.ts';
export { ConfigMaps, type ConfigMapsProps } from './config-maps/index.ts';
export { Controller, type ControllerProps } from './controller.ts';
export { Crds, type CrdsProps } from './crds/index.ts';
export { HpaAutoscaler, type HpaAutoscalerProps } from './hpa-autoscaler.ts';
export { KnativeServing, type KnativeServingProps } from './knative-serving.ts';
export { PostInstallJobs, type PostInstallJobsProps } from './post-install-jobs.ts';
export { QueueProxy, type QueueProxyProps } from './queue-proxy.ts';
export { Rbac, type RbacProps } from './rbac.ts';
export { type Part, parts, type Release, release, releaseVersions, repository } from './releases/index.ts';
export { RoutingCertificate } from './routing-certificate.ts';
export { servingTuning, servingTuningReasons, type TunedField, tunedFields } from './tuning.ts';
export type { TuningReason } from './tuning-reason.ts';
export { Webhook, type WebhookProps } from './webhook.ts';
