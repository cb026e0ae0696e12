import { annotation, annotationNames as names, parseSeconds } from '../../../autoscaling/index.ts';
import type { ClusterConfig } from '../config/index.ts';
import type { StringMap } from '../objects/index.ts';
import type { FieldErrors } from './field-errors.ts';

const int32 = 2 ** 31 - 1;
const hour = 3600;

/** The autoscaling annotations of a template or a revision. */
export function checkAutoscaling(
  map: StringMap,
  config: ClusterConfig,
  errors: FieldErrors,
  at: string,
): void {
  const path = (key: readonly string[]): string => `${at}.${key[0]}`;
  const { autoscaler } = config;

  const integer = (key: readonly string[], least: number): number | undefined => {
    const text = annotation(map, key);
    if (text === undefined) return undefined;
    const value = /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
    if (value === undefined) errors.invalidValue(text, path(key));
    else if (value < least || value > int32) errors.outOfBounds(value, least, int32, path(key));
    else return value;
    return undefined;
  };
  const float = (key: readonly string[], least: number, most: number): void => {
    const text = annotation(map, key);
    if (text === undefined) return;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isNaN(value)) errors.invalidValue(text, path(key));
    else if (value < least || value > most) errors.outOfBounds(value, least, most, path(key));
  };
  const duration = (key: readonly string[], least: number, whole: boolean): void => {
    const text = annotation(map, key);
    if (text === undefined) return;
    const value = parseSeconds(text);
    if (value === undefined) errors.invalidValue(text, path(key));
    else if (whole && !Number.isInteger(value))
      errors.add('must be specified with at most second precision', path(key));
    else if (value < least || value > hour) errors.outOfBounds(text, `${least}s`, '1h0m0s', path(key));
  };

  const min = integer(names.minScale, 0) ?? 0;
  const max = integer(names.maxScale, 0) ?? 0;
  if (max !== 0 && min > max)
    errors.add(`max-scale=${max} is less than min-scale=${min}`, path(names.maxScale), path(names.minScale));
  const limit = autoscaler.maxScaleLimit;
  if (limit > 0 && annotation(map, names.maxScale) !== undefined && (max < 1 || max > limit))
    errors.outOfBounds(max, 1, limit, path(names.maxScale));
  if (integer(names.initialScale, 0) === 0 && !autoscaler.allowZeroInitialScale)
    errors.invalidValue(0, `${path(names.initialScale)}=0 not allowed by cluster`);
  const activation = integer(names.activationScale, 0);
  if (activation !== undefined && activation < 2)
    errors.add(`activation-scale=${activation} must be greater than 1`, path(names.activationScale));
  checkTarget(map, errors, path);
  float(names.targetUtilization, 1, 100);
  float(names.panicWindow, 1, 100);
  float(names.panicThreshold, 110, 1000);
  duration(names.window, 6, true);
  duration(names.scaleDownDelay, 0, true);
  duration(names.podRetention, 0, false);
  const metric = annotation(map, names.metric);
  const kpa =
    (annotation(map, names.class) ?? 'kpa.autoscaling.knative.dev') === 'kpa.autoscaling.knative.dev';
  if (kpa && metric !== undefined && metric !== 'concurrency' && metric !== 'rps')
    errors.invalidValue(metric, path(names.metric));
}

function checkTarget(map: StringMap, errors: FieldErrors, path: (key: readonly string[]) => string): void {
  const target = annotation(map, names.target);
  if (target !== undefined) {
    if (Number.isNaN(Number(target))) errors.invalidValue(target, path(names.target));
    else if (Number(target) < 0.01)
      errors.add(`target ${target} should be at least 0.01`, path(names.target));
  }
  const burst = annotation(map, names.targetBurstCapacity);
  if (burst !== undefined && !(Number(burst) >= 0 || Number(burst) === -1))
    errors.invalidValue(burst, path(names.targetBurstCapacity));
}
