import { count, moment, span } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportData } from './report-data.ts';

interface Headline {
  readonly symbol: string;
  readonly status: string;
  readonly tone: 'good' | 'bad' | 'held';
  readonly title: string;
}

/** The one sentence that a reader came for. */
export function headline({ summary, from, to }: ReportData): Headline {
  const lost =
    summary.lost === 0
      ? 'every request was answered'
      : `${count(summary.lost)} of ${count(summary.requests)} requests ${summary.lost === 1 ? 'was' : 'were'} lost`;
  const sentence = lost.charAt(0).toUpperCase() + lost.slice(1);
  if (summary.outcome === 'rolled-back')
    return { symbol: '↩', status: 'Rolled back', tone: 'bad', title: `Back on ${from}; ${lost}` };
  if (summary.outcome === 'held')
    return { symbol: '‖', status: 'Held', tone: 'held', title: `Held on the way to ${to}; ${lost}` };
  return summary.lost === 0
    ? { symbol: '✓', status: 'Completed', tone: 'good', title: `${sentence}` }
    : { symbol: '!', status: 'Completed with loss', tone: 'bad', title: sentence };
}

export function summarySection(data: ReportData): Html {
  const { summary, fleet, from, to, startedAt, endedAt } = data;
  const { symbol, status, tone, title } = headline(data);
  const arrived = summary.outcome === 'completed' ? 'moved' : 'was to move';
  const figure = (name: string, value: string, toneOf = '') =>
    html`<div class="figure ${toneOf}"><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<header>
<p class="kicker"><span class="mark">zeroshift</span> rehearsal of a cutover</p>
<p class="status ${tone}"><span aria-hidden="true">${symbol}</span> ${status}</p>
<h1>${title}</h1>
<p class="lead">Fleet <strong>${fleet}</strong> ${arrived} from <span class="chip blue-or-green ${from}">${from}</span>
to <span class="chip blue-or-green ${to}">${to}</span> under live traffic. <span class="whole">${moment(startedAt)}</span>, <span class="whole">${span(endedAt - startedAt)}</span>.</p>
${summary.note !== undefined && html`<p class="note">${summary.note}</p>`}
<dl class="figures">
${figure('Requests sent', count(summary.requests))}
${figure('Requests lost', count(summary.lost), summary.lost === 0 ? 'good' : 'bad')}
${figure('Services moved', count(summary.services))}
${figure('Steps taken', count(summary.steps))}
${figure('Exit code', String(summary.exit))}
</dl>
</header>`;
}
