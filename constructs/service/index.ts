/**
 * What an application developer uses: a Knative Service, its scaling and traffic, and host names for it, as typed
 * props and cdk8s constructs. Plain data in, Kubernetes objects out; no fleet and no cluster.
 */
export type { ContainerProps, EnvValue, MountProps, Quantities, ResourcesProps } from './container.ts';
export {
  DomainMapping,
  type DomainMappingProps,
  domainMappingProblems,
  renderDomainMapping,
} from './domain-mapping.ts';
export {
  invalidServices,
  KnativeService,
  type KnativeServiceContext,
  type KnativeServiceProps,
  type NamedContainerProps,
} from './knative-service.ts';
export type { ProbeProps } from './probe.ts';
export { neededSettings, renderService } from './render-service.ts';
export { type ScalingProps, scalingAnnotations } from './scaling.ts';
export { serviceProblems } from './service-problems.ts';
export type { Time } from './time.ts';
export { type TrafficTargetProps, trafficTargets } from './traffic-split.ts';
export type { VolumeProps } from './volume.ts';
