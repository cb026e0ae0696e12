import { exitCodes, ZeroshiftError } from '../../messages/error.ts';
import { renderReport, reportOf } from '../../runbook/index.ts';
import { locatedFleet } from '../live-fleet.ts';
import type { LiveOptions } from '../options.ts';
import type { Output } from '../output.ts';
import { print } from '../print.ts';
import { printable } from '../printable.ts';
import { type ReadCutover, readCutovers } from '../read-cutovers.ts';

/** `zeroshift report [ID]`: what happened in a cutover, from its journal alone; Markdown, or an object with `--json`. */
export async function reportVerb(output: Output, options: LiveOptions, id?: string): Promise<number> {
  const { fleet, state } = await locatedFleet(options);
  let found: ReadCutover | undefined;
  const others: string[] = [];
  for await (const one of readCutovers(state, fleet.name)) {
    others.push(one.id);
    if (id !== undefined && one.id !== id) continue;
    if ('damage' in one) {
      if (id !== undefined) throw one.damage;
      // The last one may be this one: nobody must take the one before for it.
      output.say('history.damaged', { plan: one.id, why: one.damage.message, code: one.damage.code });
    } else if (one.records.length > 0) {
      found = one;
      break;
    }
  }
  if (found === undefined) throw nothingToReport(id, others);
  const report = reportOf(found.plan, found.records);
  if (options.json === true) output.say('report.made', { report });
  else await print(printable(renderReport(report)));
  return exitCodes.done;
}

const nothingToReport = (id: string | undefined, all: readonly string[]): ZeroshiftError =>
  new ZeroshiftError('no such cutover has begun', {
    code: 'report.none',
    source: 'user',
    problems: [
      {
        where: 'ID',
        value: id,
        allowed: all.join(', ') || 'none: there is no plan yet',
      },
    ],
    action: 'see `zeroshift history`',
  });
