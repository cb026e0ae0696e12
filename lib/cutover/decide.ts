import { decideBack } from './decide-back.ts';
import { decideFinalize } from './decide-finalize.ts';
import { decideForward } from './decide-forward.ts';
import { type Decision, finalizeCommand, resumeCommand, retry } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import type { CutoverState } from './state.ts';

/**
 * What to do next. Pure and total: it looks at the plan, the state that the journal led to, and the time.
 * @param now milliseconds since the epoch
 */
export function decide(plan: CutoverPlan, state: CutoverState, now: number): Decision {
  if (state.status === 'completed') return { kind: 'end', exit: 0 };
  if (state.status === 'rolled-back') return { kind: 'end', exit: 5 };
  if (state.status === 'finalized') return { kind: 'end', exit: 0 };
  if (state.held !== undefined) return { kind: 'end', exit: state.held.exit };
  if (state.status === 'rolling-back') return decideBack(plan, state, now);
  const finalizing = state.status === 'finalizing';
  const again = retry(plan, state.trouble, now, finalizing ? finalizeCommand : resumeCommand);
  if (again !== undefined) return again;
  // An effect that was announced and not confirmed is given again: every command is idempotent.
  if (state.pending !== undefined) return { kind: 'do', command: state.pending };
  return finalizing ? decideFinalize(plan, state, now) : decideForward(plan, state, now);
}
