/**
 * The world of a rehearsal: which parts there are, in which threads they run, and the locator that leads to them.
 * What a part does is its own room's business.
 */
export type { ClusterInfo } from './parts.ts';
export { inProcess, inThreads, type StartPart, startWorld, type World } from './start-world.ts';
