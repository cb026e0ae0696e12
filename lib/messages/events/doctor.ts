import { event } from './definition.ts';

export interface Checked {
  readonly check: string;
  /** Such as `eu-west-1 green`. */
  readonly where: string;
  readonly value: string;
  readonly limit: string;
  readonly verdict: string;
  readonly todo?: string;
}

const text = ({ check, where, value, limit, verdict, todo }: Checked): string =>
  [
    `${verdict}: ${check} of ${where}: ${value}; wanted: ${limit}`,
    ...(todo === undefined ? [] : [`  to do: ${todo}`]),
  ].join('\n');

/** What is said of an account and its clusters before something is done in them. */
export const doctorEvents = {
  'doctor.looking': event<{ fleet: string; regions: readonly string[]; from: string | null; window: string }>(
    'the doctor begins to look at a fleet',
    ({ fleet, regions, from, window }) =>
      `looking at ${fleet} in ${regions.join(', ')}${from === null ? '' : `: ${from} is live`}; a cutover may take ${window}`,
  ),
  'doctor.passed': event<Checked>('a check found what must be', text, 'good'),
  'doctor.warned': event<Checked>('a check found what may be trouble', text, 'warn'),
  'doctor.failed': event<Checked>('a check found what must not be', text, 'warn'),
  'doctor.unknown': event<Checked>('a check could not be answered; that is no pass', text, 'warn'),
  'doctor.well': event<{ passed: number; warned: number; unknown: number; failed: number }>(
    'the doctor has looked, and nothing failed',
    ({ passed, warned, unknown }) =>
      `${passed} checks passed, ${warned} warned, ${unknown} not known; nothing failed`,
    'good',
  ),
  'doctor.unwell': event<{
    passed: number;
    warned: number;
    unknown: number;
    failed: number;
    checks: readonly string[];
  }>(
    'the doctor has looked, and something failed',
    ({ passed, warned, unknown, failed, checks }) =>
      `${failed} ${failed === 1 ? 'check' : 'checks'} failed: ${checks.join('; ')}. ${passed} passed, ${warned} warned, ${unknown} not known`,
    'error',
  ),
} as const;
