import { type CutoverPlan, cutoverStatus, findCutovers } from '../../cutover/index.ts';
import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { renderReport, reportOf } from '../../runbook/index.ts';
import { locatedFleet } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { print } from '../print.ts';
import { printable } from '../printable.ts';

/** `zeroshift report [ID]`: what happened in a cutover, from its journal alone; Markdown, or an object with `--json`. */
export async function reportVerb(output: Output, options: LiveOptions, id?: string): Promise<number> {
  const { fleet, state } = await locatedFleet(options);
  const begun = [];
  for (const { plan, files } of await findCutovers(state, fleet.name)) {
    if (id !== undefined && plan.id !== id) continue;
    const { records } = await cutoverStatus(state, plan, files);
    if (records.length > 0) begun.push({ plan, records });
    if (begun.length > 0) break;
  }
  const [found] = begun;
  if (found === undefined) throw nothingToReport(id, await findCutovers(state, fleet.name));
  const report = reportOf(found.plan, found.records);
  if (options.json === true) output.say('report.made', { report });
  else await print(printable(renderReport(report)));
  return exitCodes.done;
}

const nothingToReport = (
  id: string | undefined,
  all: readonly { readonly plan: CutoverPlan }[],
): ZeroshiftError =>
  new ZeroshiftError('no such cutover has begun', {
    code: 'report.none',
    source: 'user',
    problems: [
      {
        where: 'ID',
        value: id,
        allowed: all.map(({ plan }) => plan.id).join(', ') || 'none: there is no plan yet',
      },
    ],
    action: 'see `zeroshift history`',
  });
