import { comparison, measured, none, offset, percent, span } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportData, ReportGate, ReportStep } from './report-data.ts';
import { type Column, table } from './table.ts';

const verdicts = {
  pass: { symbol: '✓', word: 'pass', tone: 'good' },
  fail: { symbol: '✕', word: 'fail', tone: 'bad' },
  inconclusive: { symbol: '?', word: 'inconclusive', tone: 'held' },
} as const;

const outcomes = {
  passed: { symbol: '✓', tone: 'good' },
  failed: { symbol: '✕', tone: 'bad' },
  held: { symbol: '‖', tone: 'held' },
} as const;

function gateLine(gate: ReportGate): Html {
  const { symbol, word, tone } = verdicts[gate.verdict];
  return html`<li${gate.text !== undefined && html` title="${gate.text}"`}><span class="verdict ${tone}"><span aria-hidden="true">${symbol}</span> ${word}</span>
<span class="gate">${gate.gate}</span> ${measured(gate.value, gate.unit)} <span class="quiet">${comparison(gate)} ${measured(gate.limit, gate.unit)}</span></li>`;
}

/** Step by step: what was asked, what arrived, and what the gates said. */
export function stepsSection(data: ReportData): Html {
  const { steps, to, startedAt } = data;
  const columns: Column<ReportStep>[] = [
    { name: 'Step', cell: (step) => step.title.replaceAll(' %', '\u00a0%') },
    { name: `Asked for ${to}`, number: true, cell: (step) => percent(step.share) },
    { name: 'Arrived, flows', number: true, cell: (step) => percent(step.arrived.flows) },
    { name: 'Arrived, requests', number: true, cell: (step) => percent(step.arrived.requests) },
    {
      name: 'Gates',
      cell: ({ gates }) => (gates.length === 0 ? none : html`<ul class="gates">${gates.map(gateLine)}</ul>`),
    },
    { name: 'Began', number: true, cell: (step) => offset(step.startedAt, startedAt) },
    {
      name: 'Took',
      number: true,
      cell: (step) => (step.endedAt === null ? 'not ended' : span(step.endedAt - step.startedAt)),
    },
    {
      name: 'Outcome',
      cell: ({ outcome }) =>
        html`<span class="verdict ${outcomes[outcome].tone}"><span aria-hidden="true">${outcomes[outcome].symbol}</span> ${outcome}</span>`,
    },
  ];
  return html`<section class="steps" aria-labelledby="steps">
<h2 id="steps">Step by step</h2>
${table(`The share of ${to} that each step asked for, what arrived, and the gates`, columns, steps)}
</section>`;
}
