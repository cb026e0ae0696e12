import type { Decision } from './decision.ts';
import type { CutoverPlan, Step } from './plan.ts';
import type { CutoverState, Progress, RegionState } from './state.ts';

/**
 * Nodes under gateways and activators stay where they are from the preflight to the end of the hold. What marks a pod goes with
 * the pod, so that it is done again whenever a step is entered in which traffic moves or is watched, and when a run goes on.
 */
export function holdNodes(step: Step, { regions, progress }: CutoverState): Decision | undefined {
  if (step.kind !== 'shift' && step.kind !== 'bake' && step.kind !== 'hold') return undefined;
  const watched = 'regions' in step && step.regions !== undefined ? step.regions : [step.region];
  for (const region of watched) {
    const there = regions[region];
    const next = there && holdRegion(region, there, progress);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** Undefined when it is held since the step was entered, was given back for good, or nothing takes nodes away here. */
export const holdRegion = (
  region: string,
  { nodes, nodesHeldAt = Number.NEGATIVE_INFINITY }: RegionState,
  { enteredAt }: Progress,
): Decision | undefined =>
  nodes === undefined || nodes === 'free' || (nodes === 'held' && nodesHeldAt >= enteredAt)
    ? undefined
    : { kind: 'do', command: { kind: 'hold-nodes', region } };

/** Gives a region's nodes back; undefined where none may be held by our doing. */
export const freeRegion = (region: string, { nodes }: RegionState): Decision | undefined =>
  nodes === 'held' ? { kind: 'do', command: { kind: 'free-nodes', region } } : undefined;

export function freeNodes({ regions }: CutoverPlan, state: CutoverState): Decision | undefined {
  for (const { region } of regions) {
    const there = state.regions[region];
    const next = there && freeRegion(region, there);
    if (next !== undefined) return next;
  }
  return undefined;
}
