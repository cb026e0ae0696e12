import { loadPlan, newestPlan } from '../../cutover/index.ts';
import { exitCodes } from '../../messages/error.ts';
import { renderRunbook } from '../../runbook/index.ts';
import { locatedFleet } from '../live-fleet.ts';
import { ofFleet } from '../of-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { print } from '../print.ts';
import { printable } from '../printable.ts';

/** `zeroshift runbook [PLAN]`: a plan to be followed by hand; Markdown, or an object with `--json`. */
export async function runbookVerb(output: Output, options: LiveOptions, file?: string): Promise<number> {
  const { fleet, locator, state } = await locatedFleet(options);
  const plan = ofFleet(
    file === undefined ? (await newestPlan(state, fleet.name)).plan : await loadPlan(file),
    fleet,
  );
  const markdown = renderRunbook(plan, locator);
  if (options.json === true) output.say('runbook.made', { plan: plan.id, markdown });
  else await print(printable(markdown));
  return exitCodes.done;
}
