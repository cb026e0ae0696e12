import { parseSeconds } from './go-duration.ts';
import { parseFloat64, parseInt32 } from './go-numbers.ts';

/** The annotations of a Revision, or of its PodAutoscaler. */
export type Annotations = Readonly<Record<string, string>>;

const named = (...names: readonly string[]): readonly string[] =>
  names.map((name) => `autoscaling.knative.dev/${name}`);

/** Names of the autoscaling annotations; where there are two, the first that is present counts. */
export const annotationNames = {
  class: named('class'),
  metric: named('metric'),
  target: named('target'),
  targetUtilization: named('target-utilization-percentage', 'targetUtilizationPercentage'),
  targetBurstCapacity: named('target-burst-capacity', 'targetBurstCapacity'),
  window: named('window'),
  panicWindow: named('panic-window-percentage', 'panicWindowPercentage'),
  panicThreshold: named('panic-threshold-percentage', 'panicThresholdPercentage'),
  minScale: named('min-scale', 'minScale'),
  maxScale: named('max-scale', 'maxScale'),
  initialScale: named('initial-scale', 'initialScale'),
  activationScale: named('activation-scale'),
  scaleDownDelay: named('scale-down-delay', 'scaleDownDelay'),
  podRetention: named('scale-to-zero-pod-retention-period', 'scaleToZeroPodRetentionPeriod'),
  aggregation: named('metric-aggregation-algorithm', 'metricAggregationAlgorithm'),
  progressDeadline: ['serving.knative.dev/progress-deadline'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** The text of an annotation under the first of its names that is present. */
export function annotation(annotations: Annotations, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = annotations[name];
    if (value !== undefined) return value;
  }
  return undefined;
}

// What cannot be read counts as absent: the webhook refuses it before it gets this far.
const read =
  <T>(parse: (text: string) => T | undefined) =>
  (annotations: Annotations, names: readonly string[]): T | undefined => {
    const text = annotation(annotations, names);
    return text === undefined ? undefined : parse(text);
  };

export const floatAnnotation = read(parseFloat64);
export const intAnnotation = read(parseInt32);
/** In seconds. */
export const durationAnnotation = read(parseSeconds);
