import { commandCutover, cutoverFiles, type HandCommand, newestPlan } from '../cutover/index.ts';
import { exitCodes } from '../messages/error.ts';
import { sayRecord } from './cutover-events.ts';
import { liveFleet } from './live-fleet.ts';
import type { LiveOptions } from './options.ts';
import type { Output } from './output.ts';

/** Tells the cutover under way something, from any terminal; the process at work takes it. */
export async function tellCutover(
  output: Output,
  options: LiveOptions,
  command: HandCommand,
  step?: string,
): Promise<number> {
  const { fleet, ports, state } = await liveFleet(options);
  const { plan } = await newestPlan(state, fleet.name);
  const { event, atWork } = await commandCutover(
    {
      plan,
      ports,
      state,
      files: cutoverFiles(state, plan),
      onRecord: (record, now) => sayRecord(output.say, plan, record, now),
    },
    command,
    step,
  );
  output.say('command.given', {
    plan: plan.id,
    command,
    step: 'step' in event ? event.step : null,
    atWork,
    next: command === 'pause' ? '`zeroshift resume`' : atWork ? null : '`zeroshift cutover --resume`',
  });
  return exitCodes.done;
}
