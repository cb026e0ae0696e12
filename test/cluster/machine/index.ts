/**
 * What the lane asks of the machine: namespaces, mounts, the link, cgroups, and a keeper that holds them. Whatever is
 * made here goes with the keeper's end by the kernel's own doing, but for what `sweep` takes away. What runs inside
 * belongs in `../node`.
 */

export { cacheFolder } from './cache-folder.ts';
export { makeCgroups, removeCgroups } from './cgroups.ts';
export {
  type Keeper,
  keeperOf,
  type PartState,
  partStates,
  runParts,
  startKeeper,
  stopKeeper,
} from './keeper.ts';
export { killPart, killPod, signalPart } from './kill.ts';
export { leftOver } from './left-over.ts';
export { linkDown, linkUp } from './link.ts';
export { isLocked, withLock } from './lock.ts';
export { memoryOf, type ProcessMemory } from './memory.ts';
export { privateMounts } from './mounts.ts';
export { type Place, placeOf } from './place.ts';
export { cniFolder, findProgram } from './programs.ts';
export { type MissingPart, missingGo, missingParts, refuseMissing } from './requirements.ts';
export { run } from './run.ts';
export { silence } from './silence.ts';
export { until } from './until.ts';
export { cacheError, usableCache } from './usable-cache.ts';
