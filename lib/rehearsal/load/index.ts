// The load of a rehearsal: an open-loop generator that accounts for every request it schedules. What belongs here:
// schedule, accounts, histogram (pure), and the sockets that send. Nothing here knows clusters, weights or steps.
export { type LoadRun, startLoad } from './generator.ts';
export { Histogram, type LatencySummary, type PlainHistogram } from './histogram.ts';
export type { FlowAnswer, LoadOptions, LoadTarget } from './options.ts';
export {
  type ByColour,
  type Counts,
  type LoadResult,
  type LoadSnapshot,
  type LostReason,
  type LostRequest,
  latencyOver,
  lostReasons,
  type PhaseResult,
  type SeriesRow,
  type ServiceResult,
  type Share,
} from './result.ts';
export { speaksHttp2 } from './speaks-http2.ts';
export { type PlainLoadOptions, serveLoad, startLoadInWorker } from './worker.ts';
