/**
 * The room of Knative's pod autoscaler (1.23), as pure functions: what a revision's annotations and a cluster's
 * configuration make of its scaling, what a tick decides, and what the activator does in front of the pods.
 * Nothing here has effects, reads a clock or knows the rest of the toolkit. To be right by upstream's own answers
 * is its one purpose: a number that differs is a bug.
 */
export { activatorCount, minimumActivators } from './activators.ts';
export { type Activity, type ActivityState, activeThreshold, nextActivity } from './activity.ts';
export { type Annotations, annotation, annotationNames } from './annotations.ts';
export { type Autoscaler, createAutoscaler, type Tick } from './autoscaler.ts';
export { type AverageWindow, LinearWindow, WeightedWindow } from './averages.ts';
export { applyBounds, withinBounds } from './bounds.ts';
export {
  excessBurstCapacity,
  initialExcessBurstCapacity,
  type ServingMode,
  servingMode,
} from './burst-capacity.ts';
export {
  type AutoscalerConfig,
  autoscalerConfig,
  autoscalerConfigProblems,
  type ConfigData,
  defaultAutoscalerConfig,
} from './config.ts';
export {
  type AutoscalerState,
  type Decision,
  type DecisionSettings,
  decide,
  type Measurement,
  startingState,
} from './decide.ts';
export { parseDuration, parseSeconds, toSeconds } from './go-duration.ts';
export { parseBool, parseFloat64, parseInt32 } from './go-numbers.ts';
export {
  type BalancingPolicy,
  balancingPolicy,
  createBalancer,
  firstAvailable,
  randomOfTwo,
  roundRobin,
  type Target,
} from './load-balancing.ts';
export { ScaleDownDelay, tickSeconds } from './scale-down-delay.ts';
export { type ScaleOutcome, type ScaleSettings, type ScaleStatus, scale } from './scale-to-zero.ts';
export {
  type AutoscalerSettings,
  autoscalerSettings,
  type Reachability,
  type ScalingSpec,
} from './settings.ts';
export { activatorIndex, podSubset, type RevisionLoad, revisionCapacity } from './subset.ts';
