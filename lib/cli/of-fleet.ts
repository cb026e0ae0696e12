import type { CutoverPlan } from '../cutover/index.ts';
import { ZeroshiftError } from '../messages/error.ts';

/**
 * The plan, when it is this fleet's.
 * @throws ZeroshiftError `plan.other-fleet`
 */
export function ofFleet(plan: CutoverPlan, { name }: { readonly name: string }): CutoverPlan {
  if (plan.fleet === name) return plan;
  throw new ZeroshiftError('this plan is for another fleet', {
    code: 'plan.other-fleet',
    source: 'user',
    problems: [{ where: 'PLAN', value: plan.fleet, allowed: name }],
  });
}
