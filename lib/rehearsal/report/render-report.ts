import { createHash } from 'node:crypto';
import { chartScript } from './chart-script.ts';
import { chartData, chartsSection } from './charts-section.ts';
import { eventsSection, latencySection, lostSection, secondsSection } from './figures-sections.ts';
import { moment } from './format.ts';
import { html, scriptJson, trusted } from './html.ts';
import type { ReportData } from './report-data.ts';
import { rollbackSection } from './rollback-section.ts';
import { stepsSection } from './steps-section.ts';
import { pageStyle } from './style.ts';
import { headline, summarySection } from './summary-section.ts';
import { readUplot, type Uplot } from './uplot.ts';

/**
 * The report as one HTML file that asks nobody for anything. `uplot`: the chart library as text.
 * @throws Error when uPlot is not installed
 */
export function renderReport(data: ReportData, uplot: Uplot = readUplot()): string {
  const scripts = [uplot.script, chartScript];
  const hashes = scripts.map((script) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`);
  // Only our two scripts may run and nothing may be fetched, whatever the data holds.
  const policy = `default-src 'none'; script-src ${hashes.join(' ')}; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="zeroshift">
<link rel="icon" href="data:,">
<title>${data.fleet}: ${data.from} to ${data.to}, ${headline(data).status.toLowerCase()}</title>
<style>${trusted(uplot.style)}${trusted(pageStyle)}</style>
</head>
<body>
<main>
${summarySection(data)}
${rollbackSection(data)}
${chartsSection(data)}
${latencySection(data)}
${stepsSection(data)}
${lostSection(data)}
${secondsSection(data)}
${eventsSection(data)}
<footer>Plan ${data.plan.id}, digest <code>${data.plan.digest}</code>. Ended ${moment(data.endedAt)}.</footer>
</main>
<script type="application/json" id="chart-data">${scriptJson(chartData(data))}</script>
${scripts.map(
  (script) => html`<script>${trusted(script)}</script>
`,
)}</body>
</html>
`.toString();
}
