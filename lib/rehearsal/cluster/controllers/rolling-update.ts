/** What to do with a Deployment's pods next: pure, so that its rules can be tested without pods. */

export interface PodView {
  readonly name: string;
  /** Made from the Deployment's present template. */
  readonly current: boolean;
  readonly ready: boolean;
  /** Milliseconds since the epoch. */
  readonly created: number;
}

export interface RolloutSpec {
  readonly replicas: number;
  /** Pods above `replicas` while a rollout goes on: a number or a percentage. @default '25%' */
  readonly maxSurge?: number | string;
  /** Pods that may be missing while a rollout goes on. @default '25%' */
  readonly maxUnavailable?: number | string;
}

export interface RolloutStep {
  /** Pods to create from the present template. */
  readonly create: number;
  /** Names of pods to delete. */
  readonly remove: readonly string[];
}

/** Pods that are being deleted are not among `pods`: they no longer count. */
export function rolloutStep(spec: RolloutSpec, pods: readonly PodView[]): RolloutStep {
  const { replicas } = spec;
  const current = pods.filter((pod) => pod.current).sort(leastUsefulFirst);
  const old = pods.filter((pod) => !pod.current).sort(leastUsefulFirst);
  if (replicas === 0) return { create: 0, remove: pods.map((pod) => pod.name) };
  // The scale comes before the rollout: pods too many go at once, wherever they come from.
  const { surge, unavailable } = limits(spec);
  const create = Math.max(0, Math.min(replicas - current.length, replicas + surge - pods.length));
  const surplus = current.slice(0, Math.max(0, current.length - replicas));
  const leastReady = replicas - unavailable;
  const ready = pods.filter((pod) => pod.ready && !surplus.includes(pod)).length;
  const broken = old.filter((pod) => !pod.ready);
  const spare = old.filter((pod) => pod.ready).slice(0, Math.max(0, ready - leastReady));
  return { create, remove: [...surplus, ...broken, ...spare].map((pod) => pod.name) };
}

/** The number of pods that must be ready for a Deployment to be available. */
export const leastAvailable = (spec: RolloutSpec): number => spec.replicas - limits(spec).unavailable;

function limits({ replicas, maxSurge = '25%', maxUnavailable = '25%' }: RolloutSpec) {
  const surge = amount(maxSurge, replicas, Math.ceil);
  const unavailable = Math.min(replicas, amount(maxUnavailable, replicas, Math.floor));
  // Without either nothing could ever move.
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function amount(value: number | string, replicas: number, round: (value: number) => number): number {
  if (typeof value === 'number') return value;
  return value.endsWith('%') ? round((Number(value.slice(0, -1)) / 100) * replicas) : Number(value);
}

const leastUsefulFirst = (a: PodView, b: PodView): number =>
  Number(a.ready) - Number(b.ready) || b.created - a.created || (a.name < b.name ? 1 : -1);
