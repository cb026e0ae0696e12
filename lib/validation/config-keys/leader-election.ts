import { duration, int } from './kinds.ts';

/** `config-leader-election`: which replica of a part acts. */
export const leaderElectionKeys = {
  /** Time after which a silent leader is replaced. Rule: above renew-deadline. @default 60s */
  'lease-duration': duration('60s'),
  /** Time after which a leader that cannot renew gives up. Rule: above 1.2 times retry-period. @default 40s */
  'renew-deadline': duration('40s'),
  /** Pause between two tries. Rule: above 0s. @default 10s */
  'retry-period': duration('10s'),
  /** Parts into which the work is divided among replicas. Rule: 1 to 10. @default 1 */
  buckets: int('1'),
} as const;

/** Another prefix for the names of the leases that begin with the one in the key. */
export type LeasePrefixes = { readonly [prefix: `map-lease-prefix.${string}`]: string };
