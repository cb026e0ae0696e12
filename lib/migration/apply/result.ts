import type { ObjectPlace, PlannedConflict } from '../plan/plan.ts';

/**
 * - `applied`: the target's API server took it
 * - `unchanged`: it was as it should be, and nothing was written
 * - `conflict`: somebody else owns what would change
 * - `failed`: it could not be made
 * - `skipped`: it was not tried, because of another one, or because everything stopped
 */
export type Outcome = 'applied' | 'unchanged' | 'conflict' | 'failed' | 'skipped';

/** Why an object is not as planned. Codes are a contract. */
export interface OutcomeReason {
  readonly code: string;
  /** A clause, without a full stop: the API server's words where it is the one who said no. Never a value of a Secret. */
  readonly why: string;
  readonly action: string;
}

/** What became of an object. */
export interface ObjectResult extends ObjectPlace {
  readonly outcome: Outcome;
  /** Of `conflict`, `failed` and `skipped`. */
  readonly reason?: OutcomeReason;
  /** Of `conflict`. */
  readonly conflicts?: readonly PlannedConflict[];
}

export type OutcomeSums = Readonly<Record<Outcome, number>>;

export interface ApplyResult {
  /** In the order of the plan. */
  readonly objects: readonly ObjectResult[];
  readonly sums: OutcomeSums;
  /** Whether the signal ended it. */
  readonly interrupted: boolean;
}

export interface ApplyProgress {
  /** The one that is done now. */
  readonly object: ObjectResult;
  readonly done: number;
  readonly of: number;
  /** Calls that the target gets at a time. */
  readonly atOnce: number;
}

export function outcomesOf(objects: readonly ObjectResult[]): OutcomeSums {
  const sums = { applied: 0, unchanged: 0, conflict: 0, failed: 0, skipped: 0 };
  for (const { outcome } of objects) sums[outcome]++;
  return sums;
}
