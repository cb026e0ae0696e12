import type { Command, CommandResults, HookCall } from '../commands.ts';
import { hooksOf } from '../decide-hooks.ts';
import { milliseconds } from '../decision.ts';
import type { CutoverPlan } from '../plan.ts';
import type { CutoverPorts, HookTold } from '../ports.ts';

/** Calls the hooks of a step, one after the other; before a step none is called after one that says no. */
export async function callHooks(
  plan: CutoverPlan,
  { step: id, when }: Extract<Command, { kind: 'hook' }>,
  { hooks: port, clock }: Pick<CutoverPorts, 'hooks' | 'clock'>,
): Promise<CommandResults['hook']> {
  const step = plan.steps.find((one) => one.id === id);
  const calls: HookCall[] = [];
  for (const { name, timeout } of hooksOf(plan, id, when)) {
    const told: HookTold = {
      apiVersion: 'zeroshift/v1',
      kind: 'HookCall',
      id: `${plan.id}/${id}/${when}/${name}`,
      hook: name,
      when,
      fleet: plan.fleet,
      plan: plan.id,
      step: id,
      stepKind: step?.kind ?? '',
      region: step?.region ?? '',
      from: plan.from,
      to: plan.to,
      ...(step?.kind === 'shift' ? { share: step.share } : {}),
    };
    const began = clock.now();
    const answer = await (port?.call(name, told, milliseconds(timeout)) ?? {
      ok: false,
      text: 'nothing here can call hooks',
    });
    calls.push({ name, ...answer, ms: Math.max(0, Math.round(clock.now() - began)) });
    if (!answer.ok && when === 'before') break;
  }
  return { step: id, when, calls };
}
