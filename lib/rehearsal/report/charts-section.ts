import { count } from './format.ts';
import { type Html, html, trusted } from './html.ts';
import type { ReportData } from './report-data.ts';

/** What the script in the page draws. Times are seconds after the load began. */
export interface ChartData {
  readonly from: string;
  readonly to: string;
  readonly t: readonly number[];
  readonly source: readonly number[];
  readonly target: readonly number[];
  readonly lost: readonly number[];
  readonly p50: readonly (number | null)[];
  readonly p99: readonly (number | null)[];
  /** Percent of the target: asked, and arrived in requests. */
  readonly asked: readonly number[];
  readonly arrived: readonly (number | null)[];
  readonly marks: readonly { readonly t: number; readonly label: string; readonly strong: boolean }[];
}

export function chartData({ series, from, to, shares, rollback }: ReportData): ChartData {
  const { rows, startedAt } = series;
  const seconds = (at: number) => (at - startedAt) / 1000;
  const askedAt = (t: number) => shares.findLast(({ at }) => seconds(at) <= t + 0.5)?.share ?? 0;
  return {
    from,
    to,
    t: rows.map(({ t }) => t),
    source: rows.map((row) => row[from]),
    target: rows.map((row) => row[to]),
    lost: rows.map(({ lost }) => lost),
    p50: rows.map(({ p50 }) => p50),
    p99: rows.map(({ p99 }) => p99),
    asked: rows.map(({ t }) => askedAt(t)),
    arrived: rows.map((row) => {
      const known = row.blue + row.green;
      return known === 0 ? null : (100 * row[to]) / known;
    }),
    marks: [
      ...shares
        .filter(({ at }) => rollback === undefined || at < rollback.decidedAt)
        .filter(({ share }, index) => index > 0 || share > 0)
        .map(({ at, share }) => ({ t: seconds(at), label: `${share} %`, strong: false })),
      ...(rollback === undefined
        ? []
        : [{ t: seconds(rollback.decidedAt), label: 'rollback', strong: true }]),
    ],
  };
}

/** A short piece of the line or area that a legend names. */
const swatch = (kind: string): Html =>
  trusted(
    `<svg class="swatch ${kind}" viewBox="0 0 26 12" width="26" height="12" aria-hidden="true">${
      kind.startsWith('area')
        ? '<rect x="0.75" y="0.75" width="24.5" height="10.5" rx="2"/><path d="M1 11 11 1M8 11 18 1M15 11 25 1"/>'
        : '<path d="M1 6H25"/>'
    }</svg>`,
  );

export function chartsSection(data: ReportData): Html {
  const { from, to, summary } = data;
  const chart = (
    id: string,
    title: string,
    label: string,
    legend: readonly [string, string][],
  ) => html`<figure>
<figcaption><h3>${title}</h3>
<p class="legend">${legend.map(([kind, name]) => html`<span>${swatch(kind)} ${name}</span>`)}</p>
<p class="readout" id="${id}-readout" aria-hidden="true"></p></figcaption>
<div class="chart" id="${id}" role="img" aria-label="${label}"></div>
</figure>`;
  return html`<section class="charts" aria-labelledby="charts">
<h2 id="charts">How the traffic moved</h2>
<noscript><p class="note">The charts need JavaScript. The same figures stand in the tables below.</p></noscript>
${chart(
  'requests',
  'Requests a second by colour',
  `Requests a second by the colour that answered, stacked: ${from} at the start, ${to} as the steps go on`,
  [
    [`area plain ${from}`, from],
    [`area hatched ${to}`, `${to}, on top`],
  ],
)}
${chart(
  'share',
  `Share of ${to}`,
  `The percentage that ${to} was to get, as steps, and the percentage of requests that reached it`,
  [
    ['line dashed ink', 'asked for, of new flows'],
    [`line solid ${to}`, 'arrived, of requests'],
  ],
)}
${chart('latency-chart', 'Latency', 'Median and 99th percentile of the latency in milliseconds', [
  ['line solid ink', 'p50'],
  ['line dashed ink', 'p99'],
])}
${chart(
  'lost-chart',
  summary.lost === 0 ? 'Lost requests a second: none' : 'Lost requests a second',
  `${count(summary.lost)} requests were lost`,
  summary.lost === 0 ? [] : [['area plain bad', 'lost']],
)}
</section>`;
}
