// The report of a rehearsal: one HTML file from one plain object. What belongs here: what the page says and looks like.
// It measures nothing and decides nothing; whoever calls it writes the file.
export { renderReport } from './render-report.ts';
export type { ReportData, ReportEvent, ReportGate, ReportRollback, ReportStep } from './report-data.ts';
export { readUplot, type Uplot } from './uplot.ts';
