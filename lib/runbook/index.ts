/** Plans as documents that a person can follow, with the cloud's own tools alone. */
export { renderRunbook, writeRunbook } from './runbook.ts';
