import type { Colour } from '../../fleet/colour.ts';
import type { LatencySummary, LostRequest, SeriesRow } from '../load/index.ts';

/** A gate as the report shows it; a result of lib/cutover's gates fits. */
export interface ReportGate {
  readonly gate: string;
  readonly verdict: 'pass' | 'fail' | 'inconclusive';
  /** As measured. @default - nothing was */
  readonly value?: number;
  readonly limit: number;
  /** `ratio` (0–1), `ms`, `points` (percentage points) or `count`. */
  readonly unit: string;
  /** The sentence that explains it. @default - none */
  readonly text?: string;
}

export interface ReportStep {
  readonly id: string;
  /** As a person calls it, such as `shift to 25 %`. */
  readonly title: string;
  /** Percent of new flows that the target was given; null for a step that moves no traffic. */
  readonly share: number | null;
  /** Percent of what arrived at the target; null where nothing was measured. */
  readonly arrived: { readonly flows: number | null; readonly requests: number | null };
  readonly gates: readonly ReportGate[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Null for a step that has not ended. */
  readonly endedAt: number | null;
  readonly outcome: 'passed' | 'failed' | 'held';
}

export interface ReportEvent {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly code: string;
  readonly text: string;
}

export interface ReportRollback {
  /** What decided it: a gate, a person, or a command of the engine that failed. */
  readonly cause: 'gate' | 'request' | 'failure';
  /** Milliseconds since the epoch. */
  readonly decidedAt: number;
  /** Title of the step in which it was decided. */
  readonly step: string;
  /** What was not met. @default - no gate: a person or a failure asked for it */
  readonly gate?: ReportGate;
  readonly reason: string;
  /** Seconds after the decision when the target's last error came; null when none came after it. */
  readonly lastErrorAfterSeconds: number | null;
}

/** Everything that a report shows; plain JSON. Times are milliseconds since the epoch. */
export interface ReportData {
  readonly fleet: string;
  readonly from: Colour;
  readonly to: Colour;
  readonly plan: { readonly id: string; readonly digest: string };
  readonly startedAt: number;
  readonly endedAt: number;
  readonly summary: {
    readonly services: number;
    readonly steps: number;
    readonly requests: number;
    readonly lost: number;
    readonly exit: number;
    readonly outcome: 'completed' | 'rolled-back' | 'held';
    /** Why it is held, or what else must be known. @default - nothing */
    readonly note?: string;
  };
  readonly latency: {
    readonly before: LatencySummary | null;
    readonly during: LatencySummary | null;
    readonly after: LatencySummary | null;
  };
  readonly steps: readonly ReportStep[];
  /** From `at` on, this percentage of new flows was asked for the target. Rising times. */
  readonly shares: readonly { readonly at: number; readonly share: number }[];
  readonly series: { readonly startedAt: number; readonly rows: readonly SeriesRow[] };
  /** The first of them, when there are many. */
  readonly lost: readonly LostRequest[];
  readonly events: readonly ReportEvent[];
  /** How late the load generator itself was at worst, in milliseconds. @default - not known */
  readonly generatorDelayMs?: number;
  readonly rollback?: ReportRollback;
}
