import type { ReportGate } from './report-data.ts';

/** What stands where there is nothing to say. */
export const none = '–';

/** A whole number in groups of three, with thin spaces. */
export const count = (value: number): string =>
  String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '\u202f');

/** Milliseconds, with as many digits as matter. */
export const milliseconds = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? none
    : `${value >= 100 ? count(value) : Number(value.toFixed(1))}\u00a0ms`;

/** A length of time in milliseconds, for people. */
export function span(ms: number): string {
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)}\u00a0s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}\u00a0min ${seconds % 60}\u00a0s`;
}

/** Seconds since the start, signed. */
export const offset = (at: number, start: number): string =>
  `${at < start ? '−' : '+'}${(Math.abs(at - start) / 1000).toFixed(1)}\u00a0s`;

export const percent = (value: number | null, digits = 1): string =>
  value === null ? none : `${Number(value.toFixed(digits))}\u00a0%`;

/** `2026-11-24 06:12:03 UTC` */
export const moment = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** A gate's value or limit with its unit. */
export function measured(value: number | undefined, unit: string): string {
  if (value === undefined) return 'not measured';
  // Rounded down: 99.999 % of requests is not all of them.
  if (unit === 'ratio') return percent(Math.floor(value * 10_000 + 1e-6) / 100, 2);
  if (unit === 'ms') return milliseconds(value);
  if (unit === 'points') return `${Number(value.toFixed(1))}\u00a0points`;
  return count(value);
}

/** How a gate's value and limit compare when it passes. */
export const comparison = ({ gate }: Pick<ReportGate, 'gate'>): string =>
  gate === 'success-rate' || gate === 'health' ? '≥' : '≤';
