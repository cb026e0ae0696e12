import { bool, duration, float, int, name } from './kinds.ts';

/** `config-autoscaler`: how services scale. */
export const autoscalerKeys = {
  /** Part of a pod's concurrency that is aimed at, in percent. Rule: above 0, at most 100; up to 1 it is a fraction. @default 70 */
  'container-concurrency-target-percentage': float('70'),
  /** Requests at once that a pod is meant to have, where its service sets no limit. Rule: 0.01 or more after the percentage. @default 100 */
  'container-concurrency-target-default': float('100'),
  /** Requests a second that a pod is meant to have, where a service scales by them. Rule: at least 0.01. @default 200 */
  'requests-per-second-target-default': float('200'),
  /** Requests at once that a service keeps room for; short of it the activator stays in the path. Rule: 0 (only at zero pods), more, or -1 (always). @default 211 */
  'target-burst-capacity': float('211'),
  /** Time over which traffic is averaged while it is steady. Rule: whole seconds, 6s to 1h. @default 60s */
  'stable-window': duration('60s'),
  /** Averaging time of a panic, in percent of the stable window. Rule: 1 to 100. @default 10.0 */
  'panic-window-percentage': float('10.0'),
  /** Wanted pods in percent of ready ones from which on it panics. Rule: a number; services may ask for 110 to 1000. @default 200.0 */
  'panic-threshold-percentage': float('200.0'),
  /** Most that pods may grow in one tick of 2 s, as a factor. Rule: above 1. @default 1000.0 */
  'max-scale-up-rate': float('1000.0'),
  /** Most that pods may shrink in one tick of 2 s, as a factor. Rule: above 1. @default 2.0 */
  'max-scale-down-rate': float('2.0'),
  /** Whether a service without traffic may have no pod. @default true */
  'enable-scale-to-zero': bool('true'),
  /** Longest wait for the activator to take over before the last pod goes. Rule: above 0s, only with scale to zero. @default 30s */
  'scale-to-zero-grace-period': duration('30s'),
  /** Least time that the last pod stays once it could go. Rule: at least 0s, only with scale to zero. @default 0s */
  'scale-to-zero-pod-retention-period': duration('0s'),
  /** Who scales a service that does not say. Rule: the HPA's class needs its part installed. @default kpa.autoscaling.knative.dev */
  'pod-autoscaler-class': name<'kpa.autoscaling.knative.dev' | 'hpa.autoscaling.knative.dev'>(
    'kpa.autoscaling.knative.dev',
  ),
  /** Requests at once that one activator is counted on for. Rule: at least 1. @default 100.0 */
  'activator-capacity': float('100.0'),
  /** Pods that a new revision has before it counts as ready. Rule: 1 or more, at most max-scale; 0 needs allow-zero-initial-scale. @default 1 */
  'initial-scale': int('1'),
  /** Whether a revision may begin without a pod. @default false */
  'allow-zero-initial-scale': bool('false'),
  /** Pods that a service keeps, where it does not say. Rule: 0 or more, at most max-scale. @default 0 */
  'min-scale': int('0'),
  /** Pods that a service may have, where it does not say; 0 is no limit. Rule: from 1 to max-scale-limit where there is one. @default 0 */
  'max-scale': int('0'),
  /** Time for which the largest wish of late is kept before pods go. Rule: whole seconds, at least 0s. @default 0s */
  'scale-down-delay': duration('0s'),
  /** Most pods that any service may ask for; 0 is no limit. Rule: 0 or more; then max-scale must be said. @default 0 */
  'max-scale-limit': int('0'),
} as const;
