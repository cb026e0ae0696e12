import { maximum, toInt32 } from './go-numbers.ts';
import type { AutoscalerSettings } from './settings.ts';

/** The least activators in front of a revision. */
export const minimumActivators = 2;

/** Activators for a revision: as many as carry what its ready pods bear, and the burst. */
export function activatorCount(
  settings: Pick<AutoscalerSettings, 'targetBurstCapacity' | 'totalValue' | 'activatorCapacity'>,
  readyPods: number,
): number {
  const burst = settings.targetBurstCapacity;
  if (burst === 0) return minimumActivators;
  const served = readyPods * settings.totalValue;
  const load = burst > 0 ? served + burst : served;
  return toInt32(maximum(minimumActivators, Math.ceil(load / settings.activatorCapacity)));
}
