/**
 * How many pods and nodes a cutover asks for at each step: what Knative's autoscaler would decide for the target, from the
 * source's traffic now. What belongs here: reading it, computing it, printing it. Raising floors is `perform`'s.
 */
export { capacityLines } from './capacity-lines.ts';
export {
  type CapacityStep,
  capacityPlan,
  type NodeSize,
  type PlannedRevision,
  podsFor,
  type RegionCapacity,
  type RunningRevision,
} from './capacity-plan.ts';
export { nodeSize, readRunning } from './read-capacity.ts';
