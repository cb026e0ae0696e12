import { duration, int, or } from './kinds.ts';

/** `config-gc`: which revisions without traffic go. */
export const gcKeys = {
  /** Age up to which a revision stays; disabled: age does not count. Rule: at least 0s. @default 48h */
  'retain-since-create-time': or(duration('48h'), 'disabled'),
  /** Time since its last traffic up to which a revision stays; disabled: it does not count. Rule: at least 0s. @default 15h */
  'retain-since-last-active-time': or(duration('15h'), 'disabled'),
  /** Revisions that stay whatever their age. Rule: 0 or more, at most max-non-active-revisions. @default 20 */
  'min-non-active-revisions': int('20'),
  /** Revisions above which the oldest go whatever their age; disabled: no limit. Rule: 0 or more. @default 1000 */
  'max-non-active-revisions': or(int('1000'), 'disabled'),
} as const;
