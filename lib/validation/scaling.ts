import { type Finding, finding } from './finding.ts';
import { parseGoDuration, parseGoFloat, parseGoInt } from './go-values.ts';
import { annotation } from './metadata.ts';
import type { ValidationContext } from './serving-config.ts';

type Texts = Readonly<Record<string, string>>;

const prefix = 'autoscaling.knative.dev/';
const kpa = `kpa.autoscaling.knative.dev`;
const hpa = `hpa.autoscaling.knative.dev`;
const largestInt32 = 2 ** 31 - 1;
const second = 1e9;
const hour = 3600 * second;

/** An annotation under its name, and before it was renamed. */
const scaling = (annotations: Texts, ...names: readonly string[]) =>
  annotation(annotations, ...names.map((name) => prefix + name));

type Given = ReturnType<typeof annotation>;

/** What a number may be; not a number passes, as upstream lets it. */
interface FloatRule {
  readonly names: readonly string[];
  readonly refuses: (value: number) => boolean;
  readonly allowed: string;
}

const outside =
  (least: number, most: number) =>
  (value: number): boolean =>
    value < least || value > most;

const floats: readonly FloatRule[] = [
  {
    names: ['panic-window-percentage', 'panicWindowPercentage'],
    refuses: outside(1, 100),
    allowed: 'a number from 1 to 100',
  },
  {
    names: ['panic-threshold-percentage', 'panicThresholdPercentage'],
    refuses: outside(110, 1000),
    allowed: 'a number from 110 to 1000',
  },
  { names: ['target'], refuses: (value) => value < 0.01, allowed: 'a number of at least 0.01' },
  {
    names: ['target-utilization-percentage', 'targetUtilizationPercentage'],
    refuses: outside(1, 100),
    allowed: 'a number from 1 to 100',
  },
  {
    names: ['target-burst-capacity', 'targetBurstCapacity'],
    refuses: (value) => value < 0 && value !== -1,
    allowed: 'a number of at least 0, or -1',
  },
];

const checkFloats = (annotations: Texts): Finding[] =>
  floats.flatMap(({ names, refuses, allowed }) => {
    const given = scaling(annotations, ...names);
    if (given === undefined) return [];
    const value = parseGoFloat(given.text);
    return value === undefined || refuses(value)
      ? [finding(given.key, 'scaling.range', given.text, allowed)]
      : [];
  });

function checkTime(
  given: Given,
  least: number,
  allowed: string,
  fractions = false,
  key = given?.key,
): Finding[] {
  if (given === undefined || key === undefined) return [];
  const time = parseGoDuration(given.text);
  const fits = time !== undefined && time >= least && time <= hour && (fractions || time % second === 0);
  return fits ? [] : [finding(key, 'scaling.range', given.text, allowed)];
}

function checkTimes(annotations: Texts): Finding[] {
  const retention = ['scale-to-zero-pod-retention-period', 'scaleToZeroPodRetentionPeriod'];
  return [
    ...checkTime(scaling(annotations, 'window'), 6 * second, 'whole seconds from 6s to 1h'),
    ...checkTime(scaling(annotations, ...retention), 0, 'a duration from 0s to 1h', true),
    ...checkTime(
      scaling(annotations, 'scale-down-delay', 'scaleDownDelay'),
      0,
      'whole seconds from 0s to 1h',
    ),
  ];
}

/** A whole number of at least 0; 0 where it is not given, or is none. */
function readScale(given: Given): readonly [number, Finding[]] {
  if (given === undefined) return [0, []];
  const value = parseGoInt(given.text, 32);
  if (value !== undefined && value >= 0) return [value, []];
  return [0, [finding(given.key, 'scaling.range', given.text, `a whole number from 0 to ${largestInt32}`)]];
}

function checkBounds(annotations: Texts, limit: number): Finding[] {
  const [minGiven, maxGiven] = [
    scaling(annotations, 'min-scale', 'minScale'),
    scaling(annotations, 'max-scale', 'maxScale'),
  ];
  const [min, minWrong] = readScale(minGiven);
  const [max, maxWrong] = readScale(maxGiven);
  const found = [...minWrong, ...maxWrong];
  if (max !== 0 && max < min)
    found.push(
      finding(`${prefix}max-scale`, 'scaling.bounds', max, `at least min-scale, ${min}`),
      finding(`${prefix}min-scale`, 'scaling.bounds', min, `at most max-scale, ${max}`),
    );
  if (maxGiven !== undefined && limit !== 0 && (max > limit || max === 0))
    found.push(finding(maxGiven.key, 'scaling.limit', maxGiven.text, `from 1 to max-scale-limit, ${limit}`));
  return [...found, ...checkActivation(scaling(annotations, 'activation-scale'), min, max)];
}

function checkActivation(given: Given, min: number, max: number): Finding[] {
  if (given === undefined) return [];
  const value = parseGoInt(given.text, 32);
  const refuse = (code: string, allowed: string): Finding[] => [
    finding(given.key, code, given.text, allowed),
  ];
  if (value === undefined) return refuse('scaling.range', 'a whole number of at least 2');
  if (min > value) return refuse('scaling.bounds', `at least min-scale, ${min}`);
  if (max !== 0 && max < value) return refuse('scaling.bounds', `at most max-scale, ${max}`);
  return value < 2 ? refuse('scaling.range', 'a whole number of at least 2') : [];
}

function checkMetric(annotations: Texts, className: string): Finding[] {
  const given = scaling(annotations, 'metric');
  if (given === undefined) return [];
  const autoscaler = scaling(annotations, 'class')?.text ?? className;
  const refuse = (allowed: string): Finding[] => [finding(given.key, 'scaling.metric', given.text, allowed)];
  if (autoscaler === kpa && !['concurrency', 'rps'].includes(given.text))
    return refuse('concurrency or rps; cpu, memory and others need the hpa class');
  if (autoscaler === hpa && given.text === '') return refuse('cpu, memory or the name of a metric');
  return [];
}

/** Only where the class is said to be Knative's own: others may have algorithms of their own. */
function checkAlgorithm(annotations: Texts): Finding[] {
  const given = scaling(annotations, 'metric-aggregation-algorithm', 'metricAggregationAlgorithm');
  if (given === undefined || given.text === '' || scaling(annotations, 'class')?.text !== kpa) return [];
  return ['linear', 'weighted-exponential', 'weightedExponential'].includes(given.text)
    ? []
    : [finding(given.key, 'scaling.algorithm', given.text, 'linear or weighted-exponential')];
}

function checkInitial(annotations: Texts, allowZero: boolean): Finding[] {
  const given = scaling(annotations, 'initial-scale', 'initialScale');
  if (given === undefined) return [];
  const { key, text } = given;
  const value = parseGoInt(text);
  if (value === undefined) return [finding(key, 'scaling.range', text, 'a whole number of at least 0')];
  // Upstream puts the reason into the name of the field.
  if (value < 0)
    return [finding(`${key} must be greater than 0`, 'scaling.range', text, 'a whole number of at least 0')];
  return value > 0 || allowZero
    ? []
    : [
        finding(
          `${key}=0 not allowed by cluster`,
          'scaling.zero-initial',
          text,
          '1 or more while allow-zero-initial-scale is off',
        ),
      ];
}

function checkClass(annotations: Texts): Finding[] {
  const given = scaling(annotations, 'class');
  const known =
    given === undefined || !given.text.endsWith('.knative.dev') || [kpa, hpa].includes(given.text);
  return known ? [] : [finding(given.key, 'scaling.class', given.text, `${kpa} or ${hpa}`)];
}

/** What is wrong with the autoscaling annotations of a template or revision. Fields are the annotations' names. */
export function checkScaling(annotations: Texts, context: ValidationContext): Finding[] {
  return [
    ...checkClass(annotations),
    ...checkBounds(annotations, context.maxScaleLimit),
    ...checkFloats(annotations),
    ...checkTimes(annotations),
    ...checkMetric(annotations, context.autoscalerClass),
    ...checkAlgorithm(annotations),
    ...checkInitial(annotations, context.allowZeroInitialScale),
  ];
}
