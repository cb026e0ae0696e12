import { type AutoscalerSettings, decide, startingState, withinBounds } from '../../autoscaling/index.ts';

/** A revision of the source, as it runs now. */
export interface RunningRevision {
  readonly namespace: string;
  readonly name: string;
  /** Ready now. */
  readonly pods: number;
  /** Requests at once, or a second where that is its metric, over all pods. @default - not measured: as many as its pods are meant to bear */
  readonly load?: number;
  readonly settings: AutoscalerSettings;
  /** Of one pod, in millicores and bytes. */
  readonly cpu: number;
  readonly memory: number;
}

/** What a node has for pods: millicores, bytes, and how many. */
export interface NodeSize {
  readonly cpu: number;
  readonly memory: number;
  readonly pods: number;
}

export interface PlannedRevision {
  readonly namespace: string;
  readonly revision: string;
  /** On the source when the plan was made. */
  readonly pods: number;
  /** What both colours keep until `finalize`. */
  readonly floor: number;
  /** What the target needs at each share. */
  readonly needs: readonly number[];
}

export interface CapacityStep {
  /** Percent. */
  readonly share: number;
  /** Pods that the target's autoscaler would ask for at this share. */
  readonly needs: number;
  /** Pods that each colour keeps by its floors. */
  readonly keeps: number;
  /** Nodes for what a colour keeps. @default - a node's size is not known */
  readonly nodes?: number;
}

/** What a region's cutover asks of its clusters. */
export interface RegionCapacity {
  readonly steps: readonly CapacityStep[];
  /** Those that run pods, the largest first. */
  readonly revisions: readonly PlannedRevision[];
  /** A node of the target, or of the source where the target has none yet. @default - not known */
  readonly node?: NodeSize;
}

/**
 * Pods that a revision settles at under a steady load: what Knative's autoscaler decides, within its bounds.
 * @param load in the unit of its metric, over all pods
 */
export function podsFor(settings: AutoscalerSettings, load: number): number {
  // With as many pods as it needs, no rate of growth is in the way.
  const readyPods = Math.max(1, Math.ceil(load / settings.targetValue));
  const { wish } = decide(settings, startingState(settings, 0, 0), {
    nowSeconds: 0,
    readyPods,
    stableValue: load,
    panicValue: load,
  });
  // The last step down has a rate as well, which is not what it settles at.
  return withinBounds(settings, true, load <= 0 ? 0 : wish);
}

/** What the target needs at each share of the source's traffic, and what both colours keep until `finalize`. */
export function capacityPlan(
  shares: readonly number[],
  running: readonly RunningRevision[],
  node?: NodeSize,
): RegionCapacity {
  const planned = running
    .filter(({ pods }) => pods > 0)
    .map((revision) => ({ revision, ...needsOf(revision, shares) }))
    .sort((a, b) => b.floor - a.floor);
  const keeps = planned.reduce((sum, { floor }) => sum + floor, 0);
  const total = (of: (revision: RunningRevision) => number): number =>
    planned.reduce((sum, { revision, floor }) => sum + floor * of(revision), 0);
  const nodes =
    node === undefined
      ? undefined
      : nodesFor(node, { pods: keeps, cpu: total(({ cpu }) => cpu), memory: total(({ memory }) => memory) });
  return {
    steps: shares.map((share, index) => ({
      share,
      needs: planned.reduce((sum, { needs }) => sum + (needs[index] ?? 0), 0),
      keeps,
      ...(nodes === undefined ? {} : { nodes }),
    })),
    revisions: planned.map(({ revision: { namespace, name, pods }, floor, needs }) => ({
      namespace,
      revision: name,
      pods,
      floor,
      needs,
    })),
    ...(node === undefined ? {} : { node }),
  };
}

function needsOf({ pods, load, settings }: RunningRevision, shares: readonly number[]) {
  const full = load ?? pods * settings.targetValue;
  const needs = shares.map((share) => {
    const decided = podsFor(settings, (full * share) / 100);
    // What runs now is what its autoscaler made of a whole window; a reading of a moment may have been a quiet one.
    const part = pods > settings.minScale ? Math.ceil((pods * share) / 100) : 0;
    return withinBounds(settings, true, Math.max(decided, part));
  });
  const floor = withinBounds(settings, true, Math.max(pods, podsFor(settings, full)));
  return { needs: needs.map((pods) => Math.min(pods, floor)), floor };
}

/** At least so many, by whatever is scarcest; how pods fall on nodes may need more. */
function nodesFor(node: NodeSize, wanted: NodeSize): number {
  const part = (of: keyof NodeSize): number => (node[of] > 0 ? wanted[of] / node[of] : 0);
  return Math.ceil(Math.max(part('pods'), part('cpu'), part('memory')));
}
