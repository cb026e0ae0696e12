import { type ObjectName, objectText } from './drift-texts.ts';

/** What is said of a migration, as data and as text. */

/** An object of one region. */
interface RegionObject extends ObjectName {
  readonly region: string;
}

export interface InTheWayData extends RegionObject {
  readonly verdict: 'refusal' | 'conflict' | 'unread';
  /** Of a refusal. */
  readonly code?: string;
  /** Clauses. */
  readonly why: readonly string[];
  readonly action: string;
}

const titles = {
  refusal: 'is refused',
  conflict: 'is in conflict',
  unread: 'could not be read on the source',
} as const;

export const inTheWayText = (data: InTheWayData): string =>
  [
    `${data.verdict === 'unread' ? data.kind : objectText(data)} ${titles[data.verdict]}`,
    ...data.why.map((why) => `  ${why}${data.code === undefined ? '' : ` [${data.code}]`}`),
    `  to do: ${data.action}`,
  ].join('\n');

export interface MadeData extends RegionObject {
  readonly outcome: 'applied' | 'unchanged';
}

export interface NotMadeData extends RegionObject {
  readonly outcome: 'conflict' | 'failed' | 'skipped';
  readonly code: string;
  readonly why: string;
  readonly action: string;
  readonly conflicts?: readonly { readonly owner: string; readonly field: string }[];
}

const outcomes = { conflict: 'is in conflict', failed: 'was not made', skipped: 'was skipped' } as const;

export const notMadeText = (data: NotMadeData): string =>
  [
    `${objectText(data)} ${outcomes[data.outcome]}: ${data.why} [${data.code}]`,
    ...(data.conflicts ?? []).map(({ owner, field }) => `  ${field} is owned by ${owner}`),
    `  to do: ${data.action}`,
  ].join('\n');

export interface FinishedData {
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly applied: number;
  readonly unchanged: number;
  readonly conflict: number;
  readonly failed: number;
  readonly skipped: number;
  /** Services; null where they were not waited for. */
  readonly ready: number | null;
  readonly notReady: number;
  readonly notReadyOnBoth: number;
  readonly seconds: number;
}

const parts = [
  ['applied', 'applied'],
  ['unchanged', 'unchanged'],
  ['conflict', 'in conflict'],
  ['failed', 'failed'],
  ['skipped', 'skipped'],
] as const;

export function finishedText(data: FinishedData): string {
  const objects = parts
    .filter(([key]) => data[key] > 0)
    .map(([key, text]) => `${data[key]} ${text}`)
    .join(', ');
  const { ready, notReady, notReadyOnBoth: both, seconds } = data;
  const services = [
    ...(ready === null ? [] : [`${ready} services ready`]),
    ...(notReady > 0 ? [`${notReady} not ready`] : []),
    ...(both > 0 ? [`${both} not ready as on the source`] : []),
  ].join(', ');
  return `${data.region}: ${objects || 'nothing to move'}${services === '' ? '' : `; ${services}`} (${seconds.toFixed(1)} s)`;
}
