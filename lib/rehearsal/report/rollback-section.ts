import { comparison, measured, offset } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportData } from './report-data.ts';

/** Why it went back, and how long the target's errors went on. */
export function rollbackSection({ rollback, from, to, startedAt }: ReportData): Html | undefined {
  if (rollback === undefined) return undefined;
  const { gate, step, reason, decidedAt, lastErrorAfterSeconds } = rollback;
  const rows: [string, Html | string][] = [
    ['Decided', `${offset(decidedAt, startedAt)}, in “${step}”`],
    ['Because', reason],
  ];
  if (gate !== undefined)
    rows.push(
      ['Gate', gate.gate],
      ['Measured', measured(gate.value, gate.unit)],
      ['Limit', `${comparison(gate)} ${measured(gate.limit, gate.unit)}`],
    );
  rows.push([
    `Last error of ${to}`,
    lastErrorAfterSeconds === null
      ? 'none came after the decision'
      : `${lastErrorAfterSeconds.toFixed(1)}\u00a0s after the decision`,
  ]);
  return html`<section class="rollback" aria-labelledby="rollback">
<h2 id="rollback"><span aria-hidden="true">↩</span> Why it went back to ${from}</h2>
<dl class="pairs">
${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}
</dl>
</section>`;
}
