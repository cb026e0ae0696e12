/**
 * Composed against released: which objects a release has, what of them is not compared, and every difference. Pure:
 * whoever calls it has read the released YAML already.
 */
export { comparable } from './comparable.ts';
export {
  type Comparison,
  compareReleased,
  type ObjectDifference,
  type Released,
  recogniseRelease,
} from './compare-released.ts';
export { composeServing } from './compose.ts';
export { type Difference, differencesBetween } from './differences.ts';
export { objectName } from './object-name.ts';
