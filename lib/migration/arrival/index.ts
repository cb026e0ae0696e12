/**
 * How a Service, or a Configuration that stands alone, comes to the other colour with its history: its generation, its
 * revisions with their names, places and digests. Finding out what that takes is pure; carrying it out belongs here too,
 * and goes on from whatever the target has.
 */
export type { Arrival } from './arrival.ts';
export { type ArrivalInputs, arrivalOf, type FoundArrival } from './arrival-of.ts';
export { type ArrivalPort, type ArriveOptions, arrive } from './arrive.ts';
export { temporaryNames } from './marks.ts';
export { asSeen, asSeenOwner } from './seen-objects.ts';
export type { ArrivalConflict, ArrivalTarget } from './target-place.ts';
