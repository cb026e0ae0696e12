/**
 * Knative Serving: each running part as a construct of its own, with typed props; what they need (roles, config maps,
 * namespace), the data of each release, and the whole. Nothing here knows a fleet.
 */
export { Activator, type ActivatorProps } from './activator.ts';
export { Autoscaler, type AutoscalerProps } from './autoscaler.ts';
export type { ReplicaProps } from './availability.ts';
export { type ComponentProps, servingNamespace, type Tuning } from './component.ts';
export { ConfigMaps, type ConfigMapsProps } from './config-maps/index.ts';
export { Controller, type ControllerProps } from './controller.ts';
export { KnativeServing, type KnativeServingProps } from './knative-serving.ts';
export { QueueProxy, type QueueProxyProps } from './queue-proxy.ts';
export { Rbac, type RbacProps } from './rbac.ts';
export { type Release, release, releaseVersions } from './releases/index.ts';
export { RoutingCertificate } from './routing-certificate.ts';
export { Webhook, type WebhookProps } from './webhook.ts';
