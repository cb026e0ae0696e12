import { number, object, text, time, word } from './kinds.ts';
import { type Time, timeText } from './time.ts';

/** How a service scales. What is left out has the colour's default (`config-autoscaler`). */
export interface ScalingProps {
  /** Knative's own autoscaler, or Kubernetes' horizontal one. @default 'kpa' */
  readonly class?: 'kpa' | 'hpa';
  /** What is measured: `concurrency` or `rps`; with `hpa` `cpu`, `memory` or a metric's name. @default 'concurrency' */
  readonly metric?: string;
  /**
   * Value of the metric that one pod should carry, at least 0.01; with `hpa` percent of the requested CPU, MiB of memory,
   * or the metric's own unit. @default - 100 requests at a time, 200 a second; with `hpa` Kubernetes' own
   */
  readonly target?: number;
  /** Percentage of the target that is aimed at, 1–100. @default 70 */
  readonly targetUtilization?: number;
  /** Requests that could come at once without queueing; -1 keeps the activator in the path. @default 211 */
  readonly targetBurstCapacity?: number;
  /** Time over which the metric is averaged, with `hpa` over which it must hold, whole seconds, 6s–1h. @default 60s */
  readonly window?: Time;
  /** Panic window as a percentage of `window`, 1–100. @default 10 */
  readonly panicWindow?: number;
  /** Panic when the wish reaches this percentage of the ready pods, 110–1000. @default 200 */
  readonly panicThreshold?: number;
  /** Least number of pods. @default 0 */
  readonly min?: number;
  /** Greatest number of pods, 0 for no limit. @default 0 */
  readonly max?: number;
  /** Pods of a new revision before it is ready. 0 needs `allow-zero-initial-scale`. @default 1 */
  readonly initial?: number;
  /** Least number of pods once there is traffic, 2 or more. @default - none */
  readonly activation?: number;
  /** How long a smaller wish waits, whole seconds, 0s–1h. @default 0s */
  readonly scaleDownDelay?: Time;
  /** How long the last pod stays after the decision for zero, 0s–1h. @default 0s */
  readonly lastPodRetention?: Time;
  /** How the values of a window become one: their mean, or with the late ones first. @default 'linear' */
  readonly algorithm?: 'linear' | 'weighted-exponential';
}

export const scalingKind = object<ScalingProps>({
  class: word('kpa', 'hpa'),
  metric: text,
  target: number,
  targetUtilization: number,
  targetBurstCapacity: number,
  window: time,
  panicWindow: number,
  panicThreshold: number,
  min: number,
  max: number,
  initial: number,
  activation: number,
  scaleDownDelay: time,
  lastPodRetention: time,
  algorithm: word('linear', 'weighted-exponential'),
});

/** What Kubernetes' autoscaler does not know: with `hpa` Knative would ignore it without a word. */
export const kpaOnly = [
  ...[
    'targetUtilization',
    'targetBurstCapacity',
    'panicWindow',
    'panicThreshold',
    'activation',
    'scaleDownDelay',
  ],
  ...['lastPodRetention', 'algorithm'],
] as const satisfies readonly string[];

/** Each prop's annotation, below `autoscaling.knative.dev/`. */
export const scalingNames = {
  class: 'class',
  metric: 'metric',
  target: 'target',
  targetUtilization: 'target-utilization-percentage',
  targetBurstCapacity: 'target-burst-capacity',
  window: 'window',
  panicWindow: 'panic-window-percentage',
  panicThreshold: 'panic-threshold-percentage',
  min: 'min-scale',
  max: 'max-scale',
  initial: 'initial-scale',
  activation: 'activation-scale',
  scaleDownDelay: 'scale-down-delay',
  lastPodRetention: 'scale-to-zero-pod-retention-period',
  algorithm: 'metric-aggregation-algorithm',
} as const satisfies Readonly<Record<keyof ScalingProps, string>>;

const prefix = 'autoscaling.knative.dev/';

/** The props as annotations for a revision template. */
export function scalingAnnotations(scaling: ScalingProps): Record<string, string> {
  const annotations: Record<string, string> = {};
  for (const [prop, name] of Object.entries(scalingNames) as [keyof ScalingProps, string][]) {
    const value = scaling[prop];
    if (value === undefined) continue;
    annotations[prefix + name] =
      prop === 'class'
        ? `${value}.autoscaling.knative.dev`
        : typeof value === 'object'
          ? timeText(value)
          : String(value);
  }
  return annotations;
}
