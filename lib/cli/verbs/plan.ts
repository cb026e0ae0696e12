import { makePlan, savePlan, serviceCount } from '../../cutover/index.ts';
import { type Colour, colours } from '../../fleet/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { writeRunbook } from '../../runbook/index.ts';
import { liveFleet } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';

/** `zeroshift plan`: writes a plan and its runbook. */
export async function planVerb(
  output: Output,
  options: LiveOptions & { readonly to?: string; readonly schema?: boolean },
): Promise<number> {
  if (options.schema === true) {
    const { planSchema } = await import('../../cutover/plan-schema.ts');
    process.stdout.write(`${JSON.stringify(planSchema(), null, 2)}\n`);
    return exitCodes.done;
  }
  const to = colourOf(options.to);
  const { fleet, locator, ports, state } = await liveFleet(options);
  const plan = await makePlan(fleet, locator, ports, to);
  const files = await savePlan(state, plan);
  await writeRunbook(files.runbook, plan, locator);
  output.say('plan.made', {
    plan: plan.id,
    digest: plan.digest,
    from: plan.from,
    to: plan.to,
    services: serviceCount(plan),
    steps: plan.steps.map(({ id }) => id),
    file: files.plan,
  });
  return exitCodes.done;
}

function colourOf(given: string | undefined): Colour | undefined {
  const known: readonly string[] = colours;
  if (given === undefined || known.includes(given)) return given as Colour | undefined;
  throw new ZeroshiftError('there is no such colour', {
    code: 'usage.colour',
    source: 'user',
    problems: [{ where: '--to', value: given, allowed: colours.join(' or ') }],
  });
}
