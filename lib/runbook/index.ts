/** Plans and journals as documents: to be followed by a person with the cloud's own tools alone, and to be read afterwards. */
export { planText } from './plan-text.ts';
export { type CutoverReport, reportOf } from './report.ts';
export { renderReport } from './report-text.ts';
export { renderRunbook, writeRunbook } from './runbook.ts';
