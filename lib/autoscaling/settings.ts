import {
  type Annotations,
  annotation,
  durationAnnotation,
  floatAnnotation,
  intAnnotation,
  annotationNames as names,
} from './annotations.ts';
import type { AutoscalerConfig } from './config.ts';
import { maximum, minimum, roundHalfAway } from './go-numbers.ts';

/** Whether a route leads to the revision. Empty is unknown, and treated as reachable. */
export type Reachability = '' | 'Reachable' | 'Unreachable';

/** What a revision says about its scaling. */
export interface ScalingSpec {
  readonly annotations: Annotations;
  /** Requests at once that a pod takes; 0 is no limit. */
  readonly containerConcurrency: number;
  /** @default '' */
  readonly reachability?: Reachability;
  /** Seconds to the first ready pod, from `config-deployment`; an annotation replaces it. @default 600 */
  readonly progressDeadlineSeconds?: number;
}

/** All that decides how a revision is scaled. */
export interface AutoscalerSettings {
  /** `rps`; anything else is measured as concurrency. */
  readonly scalingMetric: string;
  /** What a pod should bear. */
  readonly targetValue: number;
  /** What a pod can bear. */
  readonly totalValue: number;
  /** Requests to be free for at any time; −1 is no limit. */
  readonly targetBurstCapacity: number;
  /** Requests at once that one activator carries. */
  readonly activatorCapacity: number;
  /** Wished pods for one that is ready, from which panic begins. */
  readonly panicThreshold: number;
  readonly stableWindowSeconds: number;
  readonly panicWindowSeconds: number;
  readonly aggregation: 'linear' | 'weighted-exponential';
  readonly maxScaleUpRate: number;
  readonly maxScaleDownRate: number;
  readonly scaleDownDelaySeconds: number;
  /** Least pods other than none; 0 and 1 mean nothing. */
  readonly activationScale: number;
  readonly initialScale: number;
  readonly minScale: number;
  /** 0 is no limit. */
  readonly maxScale: number;
  readonly reachable: boolean;
  readonly scaleToZero: boolean;
  /** Seconds behind the activator before the last pod goes. */
  readonly gracePeriodSeconds: number;
  /** Seconds that the last pod stays, however long it has been behind the activator. */
  readonly podRetentionSeconds: number;
  /** Seconds after which a revision that does not get ready is given up. */
  readonly activationTimeoutSeconds: number;
}

/** The least target value of a pod. */
export const targetMinimum = 0.01;
/** The share of a pod's requests per second to aim at; no configuration changes it. */
const requestsUtilization = 0.7;
/** Beyond the progress deadline, so that whoever watches the deployment can say first why it failed. */
const activationMarginSeconds = 30;
const weighted = ['weighted-exponential', 'weightedExponential'];
const int64Limit = 2 ** 63;

/** The settings of a revision under a cluster's configuration. Annotations that cannot be read are passed over. */
export function autoscalerSettings(spec: ScalingSpec, config: AutoscalerConfig): AutoscalerSettings {
  const { annotations } = spec;
  const reachable = spec.reachability !== 'Unreachable';
  const scalingMetric = metricOf(annotations);
  const initialScale = intAnnotation(annotations, names.initialScale);
  const stableWindowSeconds = durationAnnotation(annotations, names.window) ?? config.stableWindowSeconds;
  return {
    scalingMetric,
    ...targets(spec, scalingMetric, config),
    targetBurstCapacity:
      floatAnnotation(annotations, names.targetBurstCapacity) ?? config.targetBurstCapacity,
    activatorCapacity: config.activatorCapacity,
    panicThreshold:
      (floatAnnotation(annotations, names.panicThreshold) ?? config.panicThresholdPercentage) / 100,
    stableWindowSeconds,
    panicWindowSeconds: panicWindow(
      stableWindowSeconds,
      floatAnnotation(annotations, names.panicWindow) ?? config.panicWindowPercentage,
    ),
    aggregation: weighted.includes(annotation(annotations, names.aggregation) ?? '')
      ? 'weighted-exponential'
      : 'linear',
    maxScaleUpRate: config.maxScaleUpRate,
    maxScaleDownRate: config.maxScaleDownRate,
    scaleDownDelaySeconds:
      durationAnnotation(annotations, names.scaleDownDelay) ?? config.scaleDownDelaySeconds,
    activationScale: intAnnotation(annotations, names.activationScale) ?? 0,
    initialScale:
      initialScale === undefined || (initialScale === 0 && !config.allowZeroInitialScale)
        ? config.initialScale
        : initialScale,
    minScale: reachable ? (intAnnotation(annotations, names.minScale) ?? config.minScale) : 0,
    maxScale: intAnnotation(annotations, names.maxScale) ?? config.maxScale,
    reachable,
    scaleToZero: config.enableScaleToZero,
    gracePeriodSeconds: config.scaleToZeroGracePeriodSeconds,
    podRetentionSeconds: reachable
      ? (durationAnnotation(annotations, names.podRetention) ?? config.scaleToZeroPodRetentionSeconds)
      : 0,
    activationTimeoutSeconds:
      (durationAnnotation(annotations, names.progressDeadline) ?? spec.progressDeadlineSeconds ?? 600) +
      activationMarginSeconds,
  };
}

function metricOf(annotations: Annotations): string {
  const metric = annotation(annotations, names.metric);
  if (metric !== undefined) return metric;
  const podAutoscalerClass = annotation(annotations, names.class) ?? 'kpa.autoscaling.knative.dev';
  if (podAutoscalerClass === 'kpa.autoscaling.knative.dev') return 'concurrency';
  return podAutoscalerClass === 'hpa.autoscaling.knative.dev' ? 'cpu' : '';
}

function targets(spec: ScalingSpec, metric: string, config: AutoscalerConfig) {
  const { annotations, containerConcurrency } = spec;
  const target = floatAnnotation(annotations, names.target);
  const percentage = floatAnnotation(annotations, names.targetUtilization);
  let utilization = requestsUtilization;
  let totalValue = config.requestsPerSecondTargetDefault;
  if (metric !== 'rps') {
    utilization = config.containerConcurrencyTargetFraction;
    totalValue = containerConcurrency === 0 ? config.containerConcurrencyTargetDefault : containerConcurrency;
  }
  if (target !== undefined)
    totalValue =
      metric === 'concurrency' && containerConcurrency !== 0 ? minimum(target, containerConcurrency) : target;
  if (percentage !== undefined) utilization = percentage / 100;
  return { totalValue, targetValue: maximum(targetMinimum, totalValue * utilization) };
}

/** The window's percentage in whole seconds, at least one: also where nothing sensible comes out. */
function panicWindow(stableWindowSeconds: number, percentage: number): number {
  const nanoseconds = (Math.round(stableWindowSeconds * 1e9) * percentage) / 100;
  if (!(nanoseconds < int64Limit)) return 1;
  return Math.max(1, roundHalfAway(Math.trunc(nanoseconds) / 1e9));
}
