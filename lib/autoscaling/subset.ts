import { greatestInt32 } from './go-numbers.ts';

/** The place of an activator among those in front of a revision, by address; −1 when it is none of them. */
export const activatorIndex = (addresses: readonly string[], own: string): number =>
  [...addresses].sort(byCodeUnits).indexOf(own);

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The pods that one activator sends requests to when they have a limit: an equal share, and one of those left over.
 * @param pods sorted by address
 * @param index the activator's place; −1 while it has none, then it serves all
 */
export function podSubset<Pod>(pods: readonly Pod[], index: number, activators: number): readonly Pod[] {
  const count = pods.length;
  if (index === -1 || count <= 1 || activators <= 1) return pods;
  if (activators > count) return pods.slice(index % count, (index % count) + 1);
  const share = Math.floor(count / activators);
  const own = pods.slice(index * share, (index + 1) * share);
  const leftOver = pods.slice(share * activators);
  return own.concat(leftOver.slice(index, index + 1));
}

/** What an activator knows of a revision. */
export interface RevisionLoad {
  /** 0 is no limit. */
  readonly containerConcurrency: number;
  /** Ready pods. */
  readonly backends: number;
  /** Pods that this activator reaches by themselves; 0 when it reaches them by the service's address. */
  readonly trackers: number;
  readonly activators: number;
}

/** Requests that an activator lets through to a revision at once; the greatest int32 is no limit. */
export function revisionCapacity(load: RevisionLoad): number {
  const { containerConcurrency, backends, trackers, activators } = load;
  let capacity = containerConcurrency * (trackers > 0 ? trackers : backends);
  if (trackers <= 0 && capacity > 0) capacity = Math.max(1, Math.trunc(capacity / Math.max(1, activators)));
  return backends > 0 && (containerConcurrency === 0 || capacity > greatestInt32) ? greatestInt32 : capacity;
}
