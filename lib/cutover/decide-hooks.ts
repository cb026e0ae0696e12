import type { HookTime } from '../fleet/cutover-hands.ts';
import { type Decision, hold } from './decision.ts';
import type { CutoverPlan, PlannedHook, Step } from './plan.ts';
import type { Progress } from './state.ts';

/** The hooks that are called before, or after, a step. */
export const hooksOf = (plan: CutoverPlan, step: string, when: HookTime): PlannedHook[] =>
  (plan.hooks ?? []).filter((hook) => hook.when.includes(when) && hook.steps.includes(step));

/** Calls the hooks of a step; undefined when they were called. One that says no before a step holds the cutover. */
export function callHooks(
  plan: CutoverPlan,
  step: Step,
  when: HookTime,
  { hooked, vetoed }: Progress,
): Decision | undefined {
  if (hooked?.includes(when) === true || hooksOf(plan, step.id, when).length === 0) return undefined;
  if (when === 'before' && vetoed !== undefined)
    return hold({ code: 'cutover.vetoed', text: `${step.id} may not begin: ${vetoed}`, exit: 1 });
  return { kind: 'do', command: { kind: 'hook', region: step.region, step: step.id, when } };
}
