import type { Actor, JournalEvent } from './journal-event.ts';
import type { Mail } from './mailbox.ts';
import type { CutoverPlan } from './plan.ts';
import type { CutoverState } from './state.ts';

/**
 * What becomes of a command of a person now: the event that follows it, or the one that says why it cannot be followed. Pure.
 */
export function takenAs(plan: CutoverPlan, state: CutoverState, mail: Mail): JournalEvent {
  const { command, by } = mail;
  const refused = (why: string): JournalEvent => ({ type: 'refused', command, why, by });
  const { status } = state;
  if (command === 'rollback')
    return status === 'forward' || status === 'completed' || status === 'finalizing'
      ? {
          type: 'rollback-begun',
          reason: { cause: 'request', text: `${by.user} on ${by.host} asked for it` },
        }
      : refused(`it is ${status}`);
  if (status !== 'forward') return refused(`it is ${status}`);
  switch (command) {
    case 'pause':
      return { type: 'paused', by };
    case 'resume':
      return state.paused === undefined ? refused('nobody paused it') : { type: 'unpaused', by };
    case 'promote':
      return promoted(plan, state, mail.step, by) ?? refused(whyNotPromoted(plan, state));
    case 'approve':
      return approved(plan, state, mail.step, by) ?? refused(whyNotApproved(plan, state, mail.step));
  }
}

/** Only what is being watched can be cut short, and only the step that was meant. */
function promoted(
  plan: CutoverPlan,
  { step: index, progress, held }: CutoverState,
  meant: string | undefined,
  by: Actor,
): JournalEvent | undefined {
  const step = plan.steps[index];
  if (step === undefined || (meant !== undefined && meant !== step.id) || held !== undefined)
    return undefined;
  if (progress.gates.length > 0) return undefined;
  const watches =
    step.kind === 'bake' ||
    step.kind === 'hold' ||
    (step.kind === 'shift' && progress.done['set-weights'] !== undefined);
  return watches ? { type: 'promoted', step: step.id, by } : undefined;
}

function whyNotPromoted(plan: CutoverPlan, { step, held, progress }: CutoverState): string {
  const id = plan.steps[step]?.id;
  if (held !== undefined) return `it is held: ${held.text}`;
  if (progress.gates.length > 0) return `the gates of ${id} are judged already`;
  return id === undefined ? 'no step has begun' : `it is in ${id}, where no time is waited for`;
}

const isApproved = ({ approved = [] }: CutoverState, step: string): boolean => approved.includes(step);

function approved(
  { approvals = [] }: CutoverPlan,
  state: CutoverState,
  step = state.awaiting,
  by: Actor,
): JournalEvent | undefined {
  if (step === undefined || !approvals.includes(step) || isApproved(state, step)) return undefined;
  return { type: 'approved', step, by };
}

function whyNotApproved(
  { approvals = [] }: CutoverPlan,
  state: CutoverState,
  step: string | undefined,
): string {
  if (step === undefined) return 'nothing waits for an approval';
  if (isApproved(state, step)) return `${step} is approved already`;
  return `${step} needs no approval${approvals.length === 0 ? '' : `; these do: ${approvals.join(', ')}`}`;
}
