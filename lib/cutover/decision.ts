import { Duration } from '../fleet/duration.ts';
import type { ExitCode } from '../messages/error.ts';
import type { Command } from './commands.ts';
import type { HoldReason, JournalEvent, RollbackReason } from './journal-event.ts';
import type { CutoverPlan } from './plan.ts';
import type { Trouble } from './state.ts';

/** What the engine wants next: an effect, a record, time, or an end. */
export type Decision =
  | { readonly kind: 'do'; readonly command: Command }
  | { readonly kind: 'record'; readonly event: JournalEvent }
  /** Nothing before this time (milliseconds since the epoch), unless a message arrives. */
  | { readonly kind: 'wait'; readonly until: number; readonly reason: string }
  | { readonly kind: 'end'; readonly exit: ExitCode };

export const resumeCommand = 'zeroshift cutover --resume';
export const rollbackCommand = 'zeroshift rollback';
export const finalizeCommand = 'zeroshift finalize';

export const hold = (reason: Omit<HoldReason, 'next'> & { readonly next?: string }): Decision => ({
  kind: 'record',
  event: { type: 'held', reason: { next: resumeCommand, ...reason } },
});

export const rollBack = (reason: RollbackReason): Decision => ({
  kind: 'record',
  event: { type: 'rollback-begun', reason },
});

/** Milliseconds between two looks at something that is waited for. */
export const pollInterval = 500;

/** Waits until the next look is due, or undefined when it is. A clock that was set back makes it due. */
export const due = (
  last: number | undefined,
  now: number,
  reason: string,
  interval = pollInterval,
): Decision | undefined =>
  last !== undefined && now >= last && now < last + interval
    ? { kind: 'wait', until: last + interval, reason }
    : undefined;

/** What was parsed once: a plan has a few of them, and they are asked for with every decision. */
const parsed = new Map<string, number>();

export function milliseconds(text: string): number {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const { milliseconds: length } = Duration.parse(text);
  parsed.set(text, length);
  return length;
}

/** A failed command: wait and try again while that may help, else say what now; undefined when it is to be given again. */
export function retry(
  plan: CutoverPlan,
  trouble: Trouble | undefined,
  now: number,
  next: string,
): Decision | undefined {
  if (trouble === undefined) return undefined;
  const { failure, failures, failedAt, firstFailedAt } = trouble;
  if (failure.retry && now - firstFailedAt < milliseconds(plan.policy.deployTimeout))
    return due(failedAt, now, failure.message, Math.min(250 * 2 ** (failures - 1), 10_000));
  return hold({
    code: failure.code,
    text: failure.action === undefined ? failure.message : `${failure.message}; ${failure.action}`,
    exit: 1,
    next,
  });
}
