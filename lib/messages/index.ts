/**
 * What is said to a user: events with stable codes, errors with a code and a source, exit codes, answers to typos.
 * Texts belong here; how they are drawn does not.
 */
export {
  type ErrorSource,
  type ExitCode,
  errorText,
  exitCodes,
  type Problem,
  problemText,
  ZeroshiftError,
} from './error.ts';
export {
  type EventCode,
  type EventData,
  events,
  eventText,
  type Level,
  type SaidEvent,
  type Say,
} from './events.ts';
export { nearest } from './nearest.ts';
export type { ArrivedShare, KeptData, Latency, Paths, SingletonRun, SummaryData } from './rehearsal-texts.ts';
