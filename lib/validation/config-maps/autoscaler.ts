import { type Reader, readBool, readDuration, readFloat, readInt, readText, refuse } from './read.ts';

const second = 1e9;
const hour = 3600 * second;
const leastTarget = 0.01;

/** `config-autoscaler`: what upstream refuses. */
export function checkAutoscaler(reader: Reader): void {
  const float = (key: string, fallback: number): number => readFloat(reader, fallback, key);
  const int = (key: string, fallback: number): number => readInt(reader, fallback, 32, key);
  const time = (key: string, fallback: number): number => readDuration(reader, fallback, key);
  readText(reader, '', 'pod-autoscaler-class');
  readBool(reader, true, 'enable-scale-to-zero');
  const zeroInitial = readBool(reader, false, 'allow-zero-initial-scale');
  const [up, down] = [float('max-scale-up-rate', 1000), float('max-scale-down-rate', 2)];
  const percentage = float('container-concurrency-target-percentage', 0.7);
  const target = float('container-concurrency-target-default', 100);
  const requests = float('requests-per-second-target-default', 200);
  const burst = float('target-burst-capacity', 211);
  const panicWindow = float('panic-window-percentage', 10);
  const capacity = float('activator-capacity', 100);
  float('panic-threshold-percentage', 200);
  const initial = int('initial-scale', 1);
  const [min, max, limit] = [int('min-scale', 0), int('max-scale', 0), int('max-scale-limit', 0)];
  const window = time('stable-window', 60 * second);
  const delay = time('scale-down-delay', 0);
  const grace = time('scale-to-zero-grace-period', 30 * second);
  const retention = time('scale-to-zero-pod-retention-period', 0);
  if (reader.found.length > 0) return;

  const rule = (holds: boolean, key: string, allowed: string): void => {
    if (!holds) refuse(reader, key, 'config.range', allowed);
  };
  // Up to 1 it is a fraction, above that a percentage. Comparisons are upstream's: not a number passes them.
  const fraction = percentage > 1 ? percentage / 100 : percentage;
  const outside = fraction <= 0 || fraction > 1;
  rule(!(grace <= 0), 'scale-to-zero-grace-period', 'a duration above 0s');
  rule(!(delay < 0) && delay % second === 0, 'scale-down-delay', 'whole seconds of at least 0');
  rule(!(retention < 0), 'scale-to-zero-pod-retention-period', 'a duration of at least 0s');
  rule(!(burst < 0 && burst !== -1), 'target-burst-capacity', 'a number of at least 0, or -1');
  rule(!outside, 'container-concurrency-target-percentage', 'a number above 0, at most 100');
  rule(
    outside || !(fraction * target < leastTarget),
    'container-concurrency-target-default',
    `a number that makes ${leastTarget} or more with container-concurrency-target-percentage`,
  );
  rule(
    !(requests < leastTarget),
    'requests-per-second-target-default',
    `a number of at least ${leastTarget}`,
  );
  rule(!(capacity < 1), 'activator-capacity', 'a number of at least 1');
  rule(!(up <= 1), 'max-scale-up-rate', 'a number above 1');
  rule(!(down <= 1), 'max-scale-down-rate', 'a number above 1');
  rule(
    window >= 6 * second && window <= hour && window % second === 0,
    'stable-window',
    'whole seconds from 6s to 1h',
  );
  rule(!(panicWindow < 1 || panicWindow > 100), 'panic-window-percentage', 'a number from 1 to 100');
  rule(
    initial > 0 || (initial === 0 && zeroInitial),
    'initial-scale',
    '1 or more; 0 with allow-zero-initial-scale',
  );
  rule(min >= 0, 'min-scale', 'a whole number of at least 0');
  rule(limit >= 0, 'max-scale-limit', 'a whole number of at least 0');
  if (limit > 0) rule(max >= 1 && max <= limit, 'max-scale', `from 1 to max-scale-limit, ${limit}`);
  else rule(max >= 0, 'max-scale', 'a whole number of at least 0');
  rule(!(min > max && max > 0), 'min-scale', `at most max-scale, ${max}`);
}
