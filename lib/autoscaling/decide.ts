import { excessBurstCapacity } from './burst-capacity.ts';
import { maximum, minimum, toInt32 } from './go-numbers.ts';
import { isLonger } from './moments.ts';
import { ScaleDownDelay } from './scale-down-delay.ts';
import type { AutoscalerSettings } from './settings.ts';

/** The settings that a single decision needs. */
export type DecisionSettings = Pick<
  AutoscalerSettings,
  | 'targetValue'
  | 'totalValue'
  | 'targetBurstCapacity'
  | 'panicThreshold'
  | 'stableWindowSeconds'
  | 'maxScaleUpRate'
  | 'maxScaleDownRate'
  | 'activationScale'
  | 'reachable'
>;

/** What the autoscaler of one revision remembers from tick to tick. */
export interface AutoscalerState {
  /** Moment in seconds when the load was last over the panic threshold; undefined when not in panic. */
  readonly panicSince: number | undefined;
  /** The largest wish of this panic. */
  readonly largestPanicWish: number;
  /** Belongs to whoever holds the newest state, and changes with each decision. Undefined is no delay. */
  readonly delay: ScaleDownDelay | undefined;
}

/** What was measured up to a tick. */
export interface Measurement {
  /** Seconds since whenever, as long as it is the same for one state. */
  readonly nowSeconds: number;
  readonly readyPods: number;
  /** Average over the stable window, in the unit of the scaling metric. */
  readonly stableValue: number;
  /** Average over the panic window. */
  readonly panicValue: number;
}

export interface Decision {
  /** Pods wished, before any bounds. */
  readonly wish: number;
  readonly excessBurstCapacity: number;
  readonly inPanic: boolean;
  /** To decide with at the next tick. */
  readonly state: AutoscalerState;
}

/**
 * The state of a new autoscaler. With more than one pod ready it starts in panic: it has just been restarted, and
 * must not scale down before it has measured for a stable window.
 */
export const startingState = (
  settings: Pick<AutoscalerSettings, 'scaleDownDelaySeconds'>,
  readyPods: number,
  nowSeconds: number,
): AutoscalerState => ({
  panicSince: readyPods > 1 ? nowSeconds : undefined,
  largestPanicWish: readyPods,
  delay: settings.scaleDownDelaySeconds > 0 ? new ScaleDownDelay(settings.scaleDownDelaySeconds) : undefined,
});

/** One tick. Without a measurement there is no decision: do not call it. */
export function decide(
  settings: DecisionSettings,
  state: AutoscalerState,
  measurement: Measurement,
): Decision {
  const { nowSeconds, readyPods, panicValue } = measurement;
  const pods = Math.max(1, readyPods);
  const most = Math.ceil(settings.maxScaleUpRate * pods);
  const least = settings.reachable ? Math.floor(pods / settings.maxScaleDownRate) : 0;
  const stableDemand = Math.ceil(measurement.stableValue / settings.targetValue);
  const panicDemand = Math.ceil(panicValue / settings.targetValue);

  const isOver = panicDemand / pods >= settings.panicThreshold;
  const { panicSince } = state;
  const staysInPanic =
    panicSince !== undefined && !isLonger(nowSeconds - panicSince, settings.stableWindowSeconds);
  const inPanic = isOver || staysInPanic;

  let wish = wishFor(stableDemand, least, most, settings.activationScale);
  let largestPanicWish = state.largestPanicWish;
  if (inPanic) {
    // The stable wish can be the larger one when the load has just fallen.
    largestPanicWish = Math.max(
      wish,
      wishFor(panicDemand, least, most, settings.activationScale),
      largestPanicWish,
    );
    wish = largestPanicWish;
  } else if (panicSince !== undefined) largestPanicWish = 0;

  const nextPanicSince = isOver ? nowSeconds : inPanic ? panicSince : undefined;
  const isSame = nextPanicSince === panicSince && largestPanicWish === state.largestPanicWish;
  return {
    wish: settings.reachable && state.delay !== undefined ? state.delay.hold(nowSeconds, wish) : wish,
    excessBurstCapacity: excessBurstCapacity(settings, readyPods, panicValue),
    inPanic,
    state: isSame ? state : { panicSince: nextPanicSince, largestPanicWish, delay: state.delay },
  };
}

function wishFor(demand: number, least: number, most: number, activationScale: number): number {
  const wish = toInt32(minimum(maximum(demand, least), most));
  return activationScale > 1 && demand > 0 && activationScale > wish ? activationScale : wish;
}
