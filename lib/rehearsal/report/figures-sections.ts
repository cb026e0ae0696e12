import type { LatencySummary, LostRequest, SeriesRow } from '../load/index.ts';
import { count, milliseconds, offset } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportData, ReportEvent } from './report-data.ts';
import { type Column, table } from './table.ts';

/** Latency before, during and after, in milliseconds from the scheduled arrival. */
export function latencySection({ latency }: ReportData): Html {
  const rows = (['before', 'during', 'after'] as const).map((when) => ({ when, found: latency[when] }));
  type Row = { when: string; found: LatencySummary | null };
  const column = (name: string, key: 'p50' | 'p95' | 'p99' | 'max') => ({
    name,
    number: true,
    cell: ({ found }: Row) => milliseconds(found?.[key]),
  });
  return html`<section class="short" aria-labelledby="latency">
<h2 id="latency">Latency</h2>
${table<Row>(
  'From the scheduled arrival to the complete answer, of answered requests',
  [
    { name: 'When', cell: ({ when }) => `${when} the cutover` },
    { name: 'Answered', number: true, cell: ({ found }) => count(found?.count ?? 0) },
    column('p50', 'p50'),
    column('p95', 'p95'),
    column('p99', 'p99'),
    column('Slowest', 'max'),
  ],
  rows,
)}
</section>`;
}

/** Lost requests that stand in the open; a hundred would push all that follows out of sight. */
const shownLost = 10;

const lostColumns = (startedAt: number): Column<LostRequest>[] => [
  { name: 'Scheduled', cell: ({ at }) => offset(at, startedAt) },
  { name: 'Service', cell: ({ service }) => service },
  { name: 'During', cell: ({ phase }) => phase },
  { name: 'Reason', cell: ({ reason }) => reason },
  { name: 'Detail', cell: ({ detail }) => detail },
  { name: 'Answered by', cell: ({ colour }) => colour ?? 'nobody' },
];

/** Each lost request, or that there was none. */
export function lostSection({ lost, summary, startedAt, generatorDelayMs }: ReportData): Html {
  const columns = lostColumns(startedAt);
  const [first, rest] = [lost.slice(0, shownLost), lost.slice(shownLost)];
  const total = count(summary.lost);
  const shown = first.length < summary.lost ? `the first ${count(first.length)} of ${total}` : 'all of them';
  const counted = summary.lost - lost.length;
  return html`<section aria-labelledby="lost">
<h2 id="lost">Lost requests</h2>
${
  summary.lost === 0
    ? html`<p class="plain"><span class="verdict good"><span aria-hidden="true">✓</span> None.</span> All ${count(summary.requests)} scheduled requests had a complete
answer of the expected status before their deadline, without a retry.</p>`
    : table(
        `Scheduled requests without a complete answer of the expected status before their deadline: ${shown}`,
        columns,
        first,
      )
}
${
  rest.length > 0 &&
  html`<details><summary>${count(rest.length)} more lost ${rest.length === 1 ? 'request' : 'requests'}</summary>
${table(`In the order in which they ended${counted > 0 ? `; the other ${count(counted)} are only counted` : ''}`, columns, rest)}
</details>`
}
${generatorDelayMs !== undefined && html`<p class="quiet">The load generator itself was at most ${milliseconds(generatorDelayMs)} late; that is part of the latencies.</p>`}
</section>`;
}

export function eventsSection({ events, startedAt }: ReportData): Html {
  return html`<section class="print" aria-labelledby="events">
<h2 id="events">Events</h2>
<details><summary>${count(events.length)} events of the cutover</summary>
${table<ReportEvent>(
  'What was decided and done, in order',
  [
    { name: 'When', cell: ({ at }) => offset(at, startedAt) },
    { name: 'Event', cell: ({ code }) => html`<code>${code}</code>` },
    { name: 'What happened', cell: ({ text }) => text },
  ],
  events,
)}
</details>
</section>`;
}

/** What the charts show, for whoever cannot see them. */
export function secondsSection({ series }: ReportData): Html {
  return html`<section class="screen" aria-labelledby="seconds">
<h2 id="seconds">Second by second</h2>
<details><summary>The figures behind the charts</summary>
${table<SeriesRow>(
  'By the second in which requests were scheduled. Blue and green count what reached them, lost requests included',
  [
    { name: 'Second', number: true, cell: ({ t }) => String(t) },
    { name: 'Sent', number: true, cell: ({ sent }) => count(sent) },
    { name: 'Blue', number: true, cell: ({ blue }) => count(blue) },
    { name: 'Green', number: true, cell: ({ green }) => count(green) },
    { name: 'Lost', number: true, cell: ({ lost }) => count(lost) },
    { name: 'p50', number: true, cell: ({ p50 }) => milliseconds(p50) },
    { name: 'p99', number: true, cell: ({ p99 }) => milliseconds(p99) },
  ],
  series.rows,
)}
</details>
</section>`;
}
