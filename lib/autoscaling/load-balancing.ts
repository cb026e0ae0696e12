/** How an activator chooses the pod for a request. All answer an index, or −1 when no pod can take it now. */

/** A pod as the choice sees it. */
export interface Target {
  /** Requests that this activator has under way there. */
  readonly inFlight: number;
  /** Requests at once that it may have there; `Infinity` is no limit. */
  readonly capacity: number;
}

export type BalancingPolicy = 'random-of-two' | 'first-available' | 'round-robin';

/** @param containerConcurrency 0 is no limit */
export const balancingPolicy = (containerConcurrency: number): BalancingPolicy =>
  containerConcurrency === 0
    ? 'random-of-two'
    : containerConcurrency <= 3
      ? 'first-available'
      : 'round-robin';

/**
 * The less busy of two random targets, or either when they are equally busy.
 * @param random a number from 0 to below 1, as `Math.random`
 */
export function randomOfTwo(targets: readonly Target[], random: () => number): number {
  const count = targets.length;
  if (count <= 1) return count - 1;
  let one = 0;
  let other = 1;
  if (count > 2) {
    one = Math.floor(random() * count);
    other = Math.floor(random() * (count - 1));
    if (other >= one) other += 1;
  }
  const difference = (targets[one]?.inFlight ?? 0) - (targets[other]?.inFlight ?? 0);
  if (difference === 0) return random() < 0.5 ? one : other;
  return difference < 0 ? one : other;
}

/** The first target that has room. */
export const firstAvailable = (targets: readonly Target[]): number => targets.findIndex(hasRoom);

/** The first target from `start` on, around the end, that has room. The next request starts behind it. */
export function roundRobin(targets: readonly Target[], start: number): number {
  const count = targets.length;
  const from = start < count ? start : 0;
  for (let i = 0; i < count; i++) {
    const index = (from + i) % count;
    const target = targets[index];
    if (target !== undefined && hasRoom(target)) return index;
  }
  return -1;
}

const hasRoom = (target: Target): boolean => target.inFlight < target.capacity;

/**
 * The policy for a revision, which keeps its place in the round.
 * @param random a number from 0 to below 1, as `Math.random`
 */
export function createBalancer(
  containerConcurrency: number,
  random: () => number,
): (targets: readonly Target[]) => number {
  const policy = balancingPolicy(containerConcurrency);
  if (policy === 'random-of-two') return (targets) => randomOfTwo(targets, random);
  if (policy === 'first-available') return firstAvailable;
  let start = 0;
  return (targets) => {
    const index = roundRobin(targets, start);
    if (index >= 0) start = index + 1;
    else if (start >= targets.length) start = 0;
    return index;
  };
}
