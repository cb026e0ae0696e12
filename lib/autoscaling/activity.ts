import type { AutoscalerSettings } from './settings.ts';

/** Whether a revision has the pods to take requests, waits for them, or has none to wait for. */
export type Activity = 'activating' | 'active' | 'inactive';

export interface ActivityState {
  readonly activity: Activity;
  /** Whether it ever had its initial scale ready. */
  readonly initialised: boolean;
}

type ActivitySettings = Pick<AutoscalerSettings, 'minScale' | 'initialScale'>;

/** Ready pods from which on a revision is active. */
export const activeThreshold = (settings: ActivitySettings, initialised: boolean): number =>
  Math.max(settings.minScale, initialised ? 1 : settings.initialScale);

/** @param wish pods wished within their bounds; −1 is not known yet */
export function nextActivity(
  settings: ActivitySettings,
  before: ActivityState,
  wish: number,
  readyPods: number,
): ActivityState {
  const threshold = activeThreshold(settings, before.initialised);
  const initialised = before.initialised || readyPods >= threshold;
  if (wish === 0 || threshold === 0) return { activity: 'inactive', initialised };
  if (wish <= 0 && before.activity === 'inactive') return { activity: 'inactive', initialised };
  return { activity: readyPods < threshold ? 'activating' : 'active', initialised };
}
