/**
 * Where a cluster stands apart from the definition: what would change if it were applied now, what left the definition,
 * and how that is taken away. What is wanted comes from the charts; how it is said belongs to the command.
 */
export { type Change, comparable, compareObjects, type ObjectDrift, type WantedObject } from './compare.ts';
export { type InUseProps, refuseWhileInUse, whileUnused } from './in-use.ts';
export { deletionCommand, keptBecause } from './kept.ts';
export { findLeft, type LeftObjects } from './left.ts';
export { objectName } from './object-name.ts';
export { type Pruned, prune } from './prune.ts';
