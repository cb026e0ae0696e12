/**
 * What an application developer uses: a Knative Service, its scaling and traffic, and host names for it, as typed
 * props and cdk8s constructs. Plain data in, Kubernetes objects out; no fleet and no cluster.
 */
export type {
  AffinityProps,
  LabelCondition,
  NodeAffinityProps,
  NodeLabels,
  PodAffinityProps,
  PodLabels,
  PodTermProps,
} from './affinity.ts';
export type {
  BaseContainerProps,
  ContainerProps,
  InitContainerProps,
  MountProps,
  NamedContainerProps,
  Quantities,
  ResourcesProps,
} from './container.ts';
export {
  DomainMapping,
  type DomainMappingProps,
  domainMappingProblems,
  renderDomainMapping,
} from './domain-mapping.ts';
export { type EndingProps, graceSeconds } from './ending.ts';
export type { EnvFromProps, EnvValue, ResourceReference } from './environment.ts';
export {
  invalidServices,
  KnativeService,
  type KnativeServiceContext,
  type KnativeServiceProps,
} from './knative-service.ts';
export type { DnsProps, HostNetworkProps, PodNetworkProps, ServiceNetworkProps } from './networking.ts';
export type { GrpcProbeProps, HttpProbeProps, ProbeProps } from './probe.ts';
export type { KeyPaths, ProjectedProps, ProjectedSource } from './projected.ts';
export type { QueueProxyProps } from './queue-proxy.ts';
export { neededSettings, neededSettingsOf, renderService } from './render-service.ts';
export { type ScalingProps, scalingAnnotations } from './scaling.ts';
export type { SchedulingProps, TolerationProps, TopologySpreadProps } from './scheduling.ts';
export type { ContainerSecurityProps, PodSecurityProps, SeccompProfile } from './security.ts';
export { serviceProblems } from './service-problems.ts';
export type {
  CommonServiceProps,
  ManyContainersProps,
  OneContainerProps,
  PodProps,
} from './service-props.ts';
export type { Time } from './time.ts';
export { type CanaryProps, TrafficSplit, type TrafficTargetProps, trafficTargets } from './traffic-split.ts';
export type { AccessMode, CsiProps, EmptyDirProps, EphemeralProps, VolumeProps } from './volume.ts';
