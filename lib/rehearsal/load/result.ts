import type { Colour } from '../../fleet/colour.ts';
import { Histogram, type LatencySummary, type PlainHistogram } from './histogram.ts';

/**
 * Why a request was lost: `status` another one than expected, `timeout` its deadline passed, `refused` the
 * connection was, `reset` it ended before an answer began, `incomplete` it ended within the answer, `content`
 * the body was another one than expected, `protocol` what came was not HTTP, `connection` none could be made.
 */
export const lostReasons = [
  'status',
  'timeout',
  'refused',
  'reset',
  'incomplete',
  'content',
  'protocol',
  'connection',
] as const;
export type LostReason = (typeof lostReasons)[number];

/** `scheduled` is always `answered` + `lost` once the load has finished. */
export interface Counts {
  readonly scheduled: number;
  readonly answered: number;
  readonly lost: number;
}

/**
 * Requests or flows by the colour that they reached: a request that was lost there counts too. Where nobody knows, it is
 * `unknown`. The three add up to all that have ended.
 */
export type ByColour = Readonly<Record<Colour | 'unknown', number>>;

/** Percent of what is known to have gone to blue or green; null when nothing is known. */
export type Share = Readonly<Record<Colour, number>> | null;

export interface LostRequest {
  /** Milliseconds since the epoch: the scheduled arrival. */
  readonly at: number;
  /** Milliseconds since the epoch: when it was known to be lost. */
  readonly endedAt: number;
  readonly service: string;
  readonly phase: string;
  readonly reason: LostReason;
  /** Such as `status 503, expected 200`. */
  readonly detail: string;
  /** Where it is known. */
  readonly colour?: Colour;
}

export interface PhaseResult extends Counts {
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly lostByReason: Partial<Readonly<Record<LostReason, number>>>;
  readonly requests: ByColour;
  /** New connections, by the colour that they were given to. */
  readonly flows: ByColour;
  readonly requestShare: Share;
  readonly flowShare: Share;
  /** Of answered requests, from the scheduled arrival to the complete answer. */
  readonly latency: LatencySummary | null;
  readonly histogram: PlainHistogram;
}

export interface ServiceResult extends Counts {
  readonly service: string;
  readonly latency: LatencySummary | null;
}

/**
 * One second of scheduled arrivals. Once all of them have ended, `sent` is `answered` + `lost`; `blue` and `green` are
 * those that reached a colour, lost or not.
 */
export interface SeriesRow {
  /** Seconds after the start. */
  readonly t: number;
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  readonly blue: number;
  readonly green: number;
  /** Milliseconds; null when nothing was answered. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** What a load did; plain JSON. */
export interface LoadResult {
  readonly seed: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly totals: Counts;
  readonly latency: LatencySummary | null;
  readonly lostByReason: Partial<Readonly<Record<LostReason, number>>>;
  /** The first 100. */
  readonly lost: readonly LostRequest[];
  /** Milliseconds since the epoch, when the last lost request ended, by the colour that it is known to have reached. */
  readonly lastLostAt: Partial<Readonly<Record<Colour | 'unknown', number>>>;
  readonly phases: readonly PhaseResult[];
  readonly services: readonly ServiceResult[];
  readonly series: readonly SeriesRow[];
  /** What went over HTTP/2: requests, sessions that were opened, and those that the server asked to end. @default - nothing */
  readonly http2?: Counts & { readonly sessions: number; readonly goaways: number };
  /** How late the generator itself was, in milliseconds: sent minus scheduled. */
  readonly generator: { readonly worstDelayMs: number; readonly p99DelayMs: number };
}

/** What a live view shows. */
export interface LoadSnapshot {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly totals: Counts;
  /** Sent and not ended yet: `scheduled` − `answered` − `lost`. */
  readonly inFlight: number;
  readonly phase: PhaseResult;
  /** The last whole second. */
  readonly lastSecond: SeriesRow | null;
  readonly lastLost: LostRequest | null;
}

/** The latency over several phases: their histograms added, since percentiles cannot be. */
export function latencyOver(phases: readonly Pick<PhaseResult, 'histogram'>[]): LatencySummary | null {
  const all = new Histogram();
  for (const phase of phases) all.merge(phase.histogram);
  return all.summary();
}
