import type { Command } from './commands.ts';
import { type Decision, due, hold, milliseconds } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import type { Progress } from './state.ts';

/** Gives the command again until it waits for nothing, or holds when the time is over. */
export function until(
  plan: CutoverPlan,
  command: Command,
  progress: Progress,
  now: number,
  what: string,
): Decision | undefined {
  const last = progress.done[command.kind];
  if (last !== undefined && progress.waitingFor.length === 0) return undefined;
  const timeout = milliseconds(plan.policy.readyTimeout);
  if (last !== undefined && now > progress.enteredAt + timeout)
    return hold({
      code: `cutover.${command.kind}-timeout`,
      text: `after ${plan.policy.readyTimeout} still waiting for ${what}: ${progress.waitingFor.join(', ')}`,
      exit: 1,
    });
  return due(last, now, `${what}: ${progress.waitingFor.join(', ')}`) ?? { kind: 'do', command };
}
