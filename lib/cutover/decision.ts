import { Duration } from '../fleet/duration.ts';
import type { ExitCode } from '../messages/error.ts';
import type { Command } from './commands.ts';
import type { HoldReason, JournalEvent, RollbackReason } from './journal-event.ts';
import type { CutoverPlan } from './plan.ts';
import type { CutoverState } from './state.ts';

/** What the engine wants next: an effect, a record, time, or an end. */
export type Decision =
  | { readonly kind: 'do'; readonly command: Command }
  | { readonly kind: 'record'; readonly event: JournalEvent }
  /** Nothing before this time (milliseconds since the epoch), unless a message arrives. */
  | { readonly kind: 'wait'; readonly until: number; readonly reason: string }
  | { readonly kind: 'end'; readonly exit: ExitCode };

export const resumeCommand = 'zeroshift cutover --resume';

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

/** Waits until the next look is due, or undefined when it is. */
export const due = (
  last: number | undefined,
  now: number,
  reason: string,
  interval = pollInterval,
): Decision | undefined =>
  last !== undefined && now < last + interval ? { kind: 'wait', until: last + interval, reason } : undefined;

export const milliseconds = (text: string): number => Duration.parse(text).milliseconds;

/** A failed command: wait and try again while that may help, else say what now. */
export function retry(plan: CutoverPlan, state: CutoverState, now: number): Decision | undefined {
  const { failure, failures, failedAt, firstFailedAt } = state;
  if (failure === undefined || failedAt === undefined || firstFailedAt === undefined) return undefined;
  const patience = milliseconds(plan.policy.deployTimeout);
  if (failure.retry && now - firstFailedAt < patience) {
    const pause = Math.min(250 * 2 ** (failures - 1), 10_000);
    return now < failedAt + pause
      ? { kind: 'wait', until: failedAt + pause, reason: failure.message }
      : undefined;
  }
  return hold({
    code: failure.code,
    text: failure.action === undefined ? failure.message : `${failure.message}; ${failure.action}`,
    exit: 1,
    ...(state.status === 'rolling-back' ? { next: 'zeroshift rollback' } : {}),
    ...(state.status === 'finalizing' ? { next: 'zeroshift finalize' } : {}),
  });
}
