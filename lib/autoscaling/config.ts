import { type Problem, ZeroshiftError } from '../messages/error.ts';
import { configProblems } from './config-rules.ts';
import { parseSeconds } from './go-duration.ts';
import { parseBool, parseFloat64, parseInt32 } from './go-numbers.ts';

/** What the config map `config-autoscaler` says for all revisions of a cluster. */
export interface AutoscalerConfig {
  readonly podAutoscalerClass: string;
  readonly enableScaleToZero: boolean;
  readonly allowZeroInitialScale: boolean;
  /** Most pods wished for one that is ready, in a tick. */
  readonly maxScaleUpRate: number;
  /** Most ready pods for one that is wished, in a tick. */
  readonly maxScaleDownRate: number;
  /** 0–1. */
  readonly containerConcurrencyTargetFraction: number;
  readonly containerConcurrencyTargetDefault: number;
  readonly requestsPerSecondTargetDefault: number;
  /** Requests; −1 is without limit. */
  readonly targetBurstCapacity: number;
  readonly panicWindowPercentage: number;
  readonly panicThresholdPercentage: number;
  /** Requests at once that one activator carries. */
  readonly activatorCapacity: number;
  readonly initialScale: number;
  readonly minScale: number;
  /** 0 is without limit, here and below. */
  readonly maxScale: number;
  readonly maxScaleLimit: number;
  readonly stableWindowSeconds: number;
  readonly scaleDownDelaySeconds: number;
  readonly scaleToZeroGracePeriodSeconds: number;
  readonly scaleToZeroPodRetentionSeconds: number;
}

/** Knative 1.23's own defaults. */
export const defaultAutoscalerConfig: AutoscalerConfig = Object.freeze({
  podAutoscalerClass: 'kpa.autoscaling.knative.dev',
  enableScaleToZero: true,
  allowZeroInitialScale: false,
  maxScaleUpRate: 1000,
  maxScaleDownRate: 2,
  containerConcurrencyTargetFraction: 0.7,
  containerConcurrencyTargetDefault: 100,
  requestsPerSecondTargetDefault: 200,
  targetBurstCapacity: 211,
  panicWindowPercentage: 10,
  panicThresholdPercentage: 200,
  activatorCapacity: 100,
  initialScale: 1,
  minScale: 0,
  maxScale: 0,
  maxScaleLimit: 0,
  stableWindowSeconds: 60,
  scaleDownDelaySeconds: 0,
  scaleToZeroGracePeriodSeconds: 30,
  scaleToZeroPodRetentionSeconds: 0,
});

/** The data of a config map. */
export type ConfigData = Readonly<Record<string, string>>;

interface Kind {
  readonly allowed: string;
  parse(text: string): string | boolean | number | undefined;
}
const text: Kind = { allowed: 'text', parse: (value) => value.trim() };
const bool: Kind = { allowed: 'true or false', parse: parseBool };
const float: Kind = { allowed: 'a number', parse: parseFloat64 };
const int: Kind = { allowed: 'a whole number of 32 bits', parse: parseInt32 };
const duration: Kind = { allowed: 'a Go duration such as 90s, 5m or 1h30m', parse: parseSeconds };

const keys: Readonly<Record<string, readonly [keyof AutoscalerConfig, Kind]>> = {
  'pod-autoscaler-class': ['podAutoscalerClass', text],
  'enable-scale-to-zero': ['enableScaleToZero', bool],
  'allow-zero-initial-scale': ['allowZeroInitialScale', bool],
  'max-scale-up-rate': ['maxScaleUpRate', float],
  'max-scale-down-rate': ['maxScaleDownRate', float],
  'container-concurrency-target-percentage': ['containerConcurrencyTargetFraction', float],
  'container-concurrency-target-default': ['containerConcurrencyTargetDefault', float],
  'requests-per-second-target-default': ['requestsPerSecondTargetDefault', float],
  'target-burst-capacity': ['targetBurstCapacity', float],
  'panic-window-percentage': ['panicWindowPercentage', float],
  'activator-capacity': ['activatorCapacity', float],
  'panic-threshold-percentage': ['panicThresholdPercentage', float],
  'initial-scale': ['initialScale', int],
  'min-scale': ['minScale', int],
  'max-scale': ['maxScale', int],
  'max-scale-limit': ['maxScaleLimit', int],
  'stable-window': ['stableWindowSeconds', duration],
  'scale-down-delay': ['scaleDownDelaySeconds', duration],
  'scale-to-zero-grace-period': ['scaleToZeroGracePeriodSeconds', duration],
  'scale-to-zero-pod-retention-period': ['scaleToZeroPodRetentionSeconds', duration],
};

/** What upstream's webhook would refuse in the map; empty when it takes it. Keys that it does not know it ignores. */
export const autoscalerConfigProblems = (data: ConfigData): readonly Problem[] => read(data).problems;

/**
 * The config map as settings; what it leaves out has its default.
 * @throws ZeroshiftError `autoscaling.config-invalid`
 */
export function autoscalerConfig(data: ConfigData): AutoscalerConfig {
  const { config, problems } = read(data);
  if (problems.length > 0)
    throw new ZeroshiftError('config-autoscaler is not valid', {
      code: 'autoscaling.config-invalid',
      source: 'user',
      action: 'change the values in the config map',
      problems,
    });
  return config;
}

function read(data: ConfigData): { config: AutoscalerConfig; problems: readonly Problem[] } {
  const values: Record<string, string | boolean | number> = {};
  const problems: Problem[] = [];
  for (const [key, [name, kind]] of Object.entries(keys)) {
    const given = data[key];
    if (given === undefined) continue;
    const value = kind.parse(given);
    if (value === undefined) problems.push({ where: key, value: given, allowed: kind.allowed });
    else values[name] = value;
  }
  const config: AutoscalerConfig = { ...defaultAutoscalerConfig, ...values };
  const fraction = config.containerConcurrencyTargetFraction;
  // Up to 1 it is a fraction already, so the least percentage is above 1.
  const adjusted = fraction > 1 ? { ...config, containerConcurrencyTargetFraction: fraction / 100 } : config;
  return { config: adjusted, problems: [...problems, ...configProblems(adjusted, data)] };
}
