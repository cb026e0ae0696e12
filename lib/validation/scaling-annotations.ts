import type { Finding } from './finding.ts';
import { parseGoDuration, parseGoFloat, parseGoInt } from './go-values.ts';
import { configBool, configInt, type ServingConfig } from './serving-config.ts';

const prefix = 'autoscaling.knative.dev/';
const largestInt32 = 2 ** 31 - 1;
const second = 1e9;
const hour = 3600 * second;

/** What is allowed, where the text is not. */
type Rule = (text: string) => string | undefined;

const between =
  (least: number, most: number): Rule =>
  (text) => {
    const value = parseGoFloat(text);
    return value !== undefined && value >= least && value <= most
      ? undefined
      : `a number from ${least} to ${most}`;
  };

const whole =
  (least: number): Rule =>
  (text) => {
    const value = parseGoInt(text);
    return value !== undefined && value >= least && value <= largestInt32
      ? undefined
      : `a whole number of at least ${least}`;
  };

const time =
  (least: number, allowed: string, fractions = false): Rule =>
  (text) => {
    const value = parseGoDuration(text);
    const fits = value !== undefined && value >= least && value <= hour;
    return fits && (fractions || value % second === 0) ? undefined : allowed;
  };

const rules: Readonly<Record<string, Rule>> = {
  class: (text) =>
    !text.endsWith('.knative.dev') || [kpa, hpa].includes(text) ? undefined : `${kpa} or ${hpa}`,
  target: (text) => ((parseGoFloat(text) ?? 0) >= 0.01 ? undefined : 'a number of at least 0.01'),
  'target-utilization-percentage': between(1, 100),
  'target-burst-capacity': (text) => {
    const value = parseGoFloat(text);
    return value !== undefined && (value >= 0 || value === -1) ? undefined : 'a number of at least 0, or -1';
  },
  window: time(6 * second, 'whole seconds from 6s to 1h'),
  'panic-window-percentage': between(1, 100),
  'panic-threshold-percentage': between(110, 1000),
  'min-scale': whole(0),
  'max-scale': whole(0),
  'initial-scale': whole(0),
  'activation-scale': whole(2),
  'scale-down-delay': time(0, 'whole seconds from 0s to 1h'),
  'scale-to-zero-pod-retention-period': time(0, 'a duration from 0s to 1h', true),
};

const kpa = 'kpa.autoscaling.knative.dev';
const hpa = 'hpa.autoscaling.knative.dev';

/** What is wrong with a template's autoscaling annotations. Fields are the annotations' names. */
export function checkScaling(
  annotations: Readonly<Record<string, string>>,
  config: ServingConfig,
): Finding[] {
  const found: Finding[] = [];
  const refuse = (name: string, code: string, allowed: string) =>
    found.push({ field: prefix + name, code, value: annotations[prefix + name], allowed });
  for (const [name, rule] of Object.entries(rules)) {
    const text = annotations[prefix + name];
    const allowed = text === undefined ? undefined : rule(text);
    if (allowed !== undefined) refuse(name, 'scaling.range', allowed);
  }
  const number = (name: string) => parseGoInt(annotations[prefix + name] ?? '');
  const [min, max, activation] = [
    number('min-scale') ?? 0,
    number('max-scale') ?? 0,
    number('activation-scale'),
  ];
  if (max !== 0 && min > max) refuse('min-scale', 'scaling.bounds', `at most max-scale, ${max}`);
  if (activation !== undefined && activation >= 2) {
    if (activation < min) refuse('activation-scale', 'scaling.bounds', `at least min-scale, ${min}`);
    if (max !== 0 && activation > max)
      refuse('activation-scale', 'scaling.bounds', `at most max-scale, ${max}`);
  }
  if (number('initial-scale') === 0 && !configBool(config.autoscaler, 'allow-zero-initial-scale', false))
    refuse('initial-scale', 'scaling.zero-initial', '1 or more while allow-zero-initial-scale is off');
  const limit = configInt(config.autoscaler, 'max-scale-limit', 0);
  if (limit > 0 && annotations[`${prefix}max-scale`] !== undefined && (max < 1 || max > limit))
    refuse('max-scale', 'scaling.limit', `from 1 to max-scale-limit, ${limit}`);
  const autoscaler = annotations[`${prefix}class`] ?? config.autoscaler?.['pod-autoscaler-class'] ?? kpa;
  const metric = annotations[`${prefix}metric`];
  if (metric !== undefined && autoscaler === kpa && !['concurrency', 'rps'].includes(metric))
    refuse('metric', 'scaling.metric', 'concurrency or rps; cpu, memory and others need the hpa class');
  if (metric === '' && autoscaler === hpa)
    refuse('metric', 'scaling.metric', 'cpu, memory or the name of a metric');
  return found;
}
