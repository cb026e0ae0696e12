/**
 * The world of a rehearsal: which parts there are, in which threads they run, and the locator that leads to them.
 * What a part does is its own room's business.
 */
export type { OpenClusters, Place, WorldClusters } from './clusters.ts';
export type { EntranceInfo, TargetsMessage } from './entrance-part.ts';
export type { ClusterInfo } from './parts.ts';
export { inProcess, inThreads, type StartPart } from './start-part.ts';
export { startWorld, type World } from './start-world.ts';
export type { Care, Thread } from './thread.ts';
