import { toInt32 } from './go-numbers.ts';
import type { AutoscalerSettings } from './settings.ts';

type BurstSettings = Pick<AutoscalerSettings, 'targetBurstCapacity' | 'totalValue'>;

/** Whether requests go straight to the pods (`serve`) or through the activator (`proxy`). */
export type ServingMode = 'serve' | 'proxy';

/**
 * Requests that the ready pods can take beyond those they have and the burst they must be free for. Below 0 the
 * activator has to stand in front of them.
 */
export function excessBurstCapacity(settings: BurstSettings, readyPods: number, panicValue: number): number {
  const burst = settings.targetBurstCapacity;
  if (burst === 0) return 0;
  if (!(burst > 0)) return -1;
  return toInt32(Math.floor(readyPods * settings.totalValue - burst - panicValue));
}

/** The same before the first measurement, when the initial scale is taken for ready. */
export function initialExcessBurstCapacity(settings: BurstSettings & { initialScale: number }): number {
  const burst = settings.targetBurstCapacity;
  if (burst === 0 || burst === -1) return burst;
  return toInt32(settings.initialScale * settings.totalValue - burst);
}

/** @param wish pods wished within their bounds; −1 is not known yet */
export const servingMode = (wish: number, excessBurst: number): ServingMode =>
  wish > 0 && excessBurst >= 0 ? 'serve' : 'proxy';
