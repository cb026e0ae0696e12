import type { Activity } from './activity.ts';
import { withinBounds } from './bounds.ts';
import type { ServingMode } from './burst-capacity.ts';
import { isAtLeast, isLonger } from './moments.ts';
import type { AutoscalerSettings } from './settings.ts';

export type ScaleSettings = Pick<
  AutoscalerSettings,
  | 'minScale'
  | 'maxScale'
  | 'initialScale'
  | 'reachable'
  | 'scaleToZero'
  | 'stableWindowSeconds'
  | 'targetBurstCapacity'
  | 'gracePeriodSeconds'
  | 'podRetentionSeconds'
  | 'activationTimeoutSeconds'
>;

/** How a revision stands when a wish is to be applied. */
export interface ScaleStatus {
  readonly activity: Activity;
  /** Seconds that it has had this activity. */
  readonly activitySeconds: number;
  /** Whether it ever had its initial scale ready. */
  readonly initialised: boolean;
  /** Pods asked for now. */
  readonly replicas: number;
  readonly mode: ServingMode;
  /** Seconds that the activator has stood in front of it. */
  readonly proxySeconds: number;
  /** Asks whether requests do reach the activator. Called at most once, and only where the answer counts. */
  isBehindActivator(): boolean;
}

export interface ScaleOutcome {
  /** Pods wished within their bounds; −1 is not known yet. */
  readonly wish: number;
  /** Whether `wish` is to be asked for now; else the replicas stay. */
  readonly applies: boolean;
  /** Look again after so many seconds, whatever happens. */
  readonly againAfterSeconds: number | undefined;
  /** Keep asking until requests reach the activator, then look again. */
  readonly awaitsActivator: boolean;
}

/** Long enough for what is under way to have ended. */
const settleSeconds = 3;

/** What becomes of a wish: its bounds, and the order in which a revision gives up its last pod. */
export function scale(settings: ScaleSettings, status: ScaleStatus, wish: number): ScaleOutcome {
  if (wish < 0 && status.activity !== 'activating') return outcome(wish, false);
  const bounded = withinBounds(settings, status.initialised, wish);
  const result = bounded === 0 ? scaleToZero(settings, status) : outcome(bounded, true);
  return result.applies && result.wish === status.replicas ? { ...result, applies: false } : result;
}

function scaleToZero(settings: ScaleSettings, status: ScaleStatus): ScaleOutcome {
  if (!settings.scaleToZero) return outcome(1, true);
  const { activitySeconds } = status;
  if (status.activity === 'activating')
    return isLonger(activitySeconds, settings.activationTimeoutSeconds)
      ? outcome(0, true)
      : outcome(-1, false, settings.activationTimeoutSeconds);
  if (status.activity === 'active') {
    // A wish of 0 that is not applied makes it inactive first, which brings the activator in front.
    if (isAtLeast(activitySeconds, settings.stableWindowSeconds))
      return outcome(0, false, status.mode === 'proxy' ? settleSeconds : undefined);
    return outcome(1, true, settings.stableWindowSeconds - activitySeconds);
  }
  return giveUpLastPod(settings, status);
}

/** An inactive revision: nothing may still be on its way to the pods, and the last pod has its time to stay. */
function giveUpLastPod(settings: ScaleSettings, status: ScaleStatus): ScaleOutcome {
  const { activitySeconds } = status;
  const { gracePeriodSeconds, podRetentionSeconds } = settings;
  if (settings.targetBurstCapacity !== -1 && !status.isBehindActivator())
    return { ...outcome(0, false), awaitsActivator: true };
  if (isAtLeast(activitySeconds, Math.max(gracePeriodSeconds, podRetentionSeconds))) return outcome(0, true);
  if (!isAtLeast(activitySeconds, podRetentionSeconds))
    return outcome(0, false, podRetentionSeconds - activitySeconds);
  return isAtLeast(status.proxySeconds, gracePeriodSeconds)
    ? outcome(0, true)
    : outcome(0, false, gracePeriodSeconds - status.proxySeconds);
}

const outcome = (wish: number, applies: boolean, againAfterSeconds?: number): ScaleOutcome => ({
  wish,
  applies,
  againAfterSeconds,
  awaitsActivator: false,
});
