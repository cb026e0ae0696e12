import type { Problem } from '../messages/error.ts';
import type { AutoscalerConfig, ConfigData } from './config.ts';
import { targetMinimum } from './settings.ts';

interface Rule {
  /** The first is what the problem is about. */
  readonly keys: readonly string[];
  readonly allowed: string;
  /** Compares as upstream does, so that NaN passes here where it passes there. */
  refuses(config: AutoscalerConfig): boolean;
}

const rules: readonly Rule[] = [
  {
    keys: ['scale-to-zero-grace-period'],
    allowed: 'a duration above 0',
    refuses: (config) => config.scaleToZeroGracePeriodSeconds <= 0,
  },
  {
    keys: ['scale-down-delay'],
    allowed: 'whole seconds, 0 or more',
    refuses: ({ scaleDownDelaySeconds: delay }) => delay < 0 || !Number.isInteger(delay),
  },
  {
    keys: ['scale-to-zero-pod-retention-period'],
    allowed: 'a duration of 0 or more',
    refuses: (config) => config.scaleToZeroPodRetentionSeconds < 0,
  },
  {
    keys: ['target-burst-capacity'],
    allowed: '0 or more, or -1 for no limit',
    refuses: ({ targetBurstCapacity: burst }) => burst < 0 && burst !== -1,
  },
  {
    keys: ['container-concurrency-target-percentage'],
    allowed: 'above 0, at most 100',
    refuses: ({ containerConcurrencyTargetFraction: fraction }) => fraction <= 0 || fraction > 1,
  },
  {
    keys: ['container-concurrency-target-default', 'container-concurrency-target-percentage'],
    allowed: `default × percentage of at least ${targetMinimum}`,
    refuses: (config) =>
      config.containerConcurrencyTargetFraction * config.containerConcurrencyTargetDefault < targetMinimum,
  },
  {
    keys: ['requests-per-second-target-default'],
    allowed: `at least ${targetMinimum}`,
    refuses: (config) => config.requestsPerSecondTargetDefault < targetMinimum,
  },
  {
    keys: ['activator-capacity'],
    allowed: 'at least 1',
    refuses: (config) => config.activatorCapacity < 1,
  },
  {
    keys: ['max-scale-up-rate'],
    allowed: 'above 1',
    refuses: (config) => config.maxScaleUpRate <= 1,
  },
  {
    keys: ['max-scale-down-rate'],
    allowed: 'above 1',
    refuses: (config) => config.maxScaleDownRate <= 1,
  },
  {
    keys: ['stable-window'],
    allowed: 'whole seconds from 6s to 1h',
    refuses: ({ stableWindowSeconds: window }) => window < 6 || window > 3600 || !Number.isInteger(window),
  },
  {
    keys: ['panic-window-percentage'],
    allowed: '1 to 100',
    refuses: ({ panicWindowPercentage: percentage }) => percentage < 1 || percentage > 100,
  },
  {
    keys: ['initial-scale'],
    allowed: 'at least 1, or 0 with allow-zero-initial-scale',
    refuses: (config) =>
      config.initialScale < 0 || (config.initialScale === 0 && !config.allowZeroInitialScale),
  },
  { keys: ['min-scale'], allowed: '0 or more', refuses: (config) => config.minScale < 0 },
  {
    keys: ['max-scale'],
    allowed: '0 or more; with a max-scale-limit from 1 to the limit',
    refuses: ({ maxScale, maxScaleLimit }) =>
      maxScale < (maxScaleLimit > 0 ? 1 : 0) || (maxScaleLimit > 0 && maxScale > maxScaleLimit),
  },
  { keys: ['max-scale-limit'], allowed: '0 or more', refuses: (config) => config.maxScaleLimit < 0 },
  {
    keys: ['min-scale', 'max-scale'],
    allowed: 'min-scale of at most max-scale, unless that is 0',
    refuses: ({ minScale, maxScale }) => minScale > maxScale && maxScale > 0,
  },
];

/** Upstream's rules that the values break, once each is readable. */
export function configProblems(config: AutoscalerConfig, data: ConfigData): readonly Problem[] {
  return rules
    .filter((rule) => rule.refuses(config))
    .map(({ keys: [where = '', ...others], allowed }) => {
      const given = [where, ...others].find((key) => data[key] !== undefined) ?? where;
      return { where: given, value: data[given], allowed };
    });
}
