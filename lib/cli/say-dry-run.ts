import type { CutoverPlan, DryRun } from '../cutover/index.ts';
import { exitCodes } from '../messages/error.ts';
import type { Output } from './output.ts';

/** Says what a command would do. The exit code tells whether there is anything. */
export function sayDryRun(output: Output, verb: string, plan: CutoverPlan, { deeds, by }: DryRun): number {
  output.say('cutover.dry-run', {
    plan: plan.id,
    verb,
    steps: deeds,
    ...(by === undefined ? {} : { by }),
  });
  return deeds.length === 0 ? exitCodes.done : exitCodes.changesPending;
}
