import {
  type AutoscalerState,
  autoscalerSettings,
  createAutoscaler,
  decide,
  defaultAutoscalerConfig,
  startingState,
} from '../lib/autoscaling/index.ts';

export interface AutoscalingFigures {
  /** Decisions a second on one core: measured values in, wish and next state out. */
  readonly decisionsPerSecond: number;
  /** Whole ticks a second: a second's measurement recorded, both windows averaged, bounds and mode applied. */
  readonly ticksPerSecond: number;
}

/** A load that rises into panic and falls again, so that no branch is left out. */
const load = (i: number): number => (i % 300 < 40 ? 900 : 120 + (i % 17));

/** Calls a second of `work`, which does so many calls at a time: the best of some rounds after a warm-up. */
function rate(callsAtATime: number, work: () => number, milliseconds: number): number {
  let best = 0;
  let sum = 0;
  const end = performance.now() + milliseconds;
  for (let round = 0; round < 3 || performance.now() < end; round++) {
    const from = performance.now();
    sum += work();
    if (round > 0) best = Math.max(best, callsAtATime / ((performance.now() - from) / 1000));
  }
  // The sum is looked at so that the work cannot be thrown away.
  if (!Number.isFinite(sum)) throw new Error('the benchmark came to no number');
  return best;
}

/** Measures for about twice so many milliseconds. */
export function measureAutoscaling(milliseconds = 1000): AutoscalingFigures {
  const settings = autoscalerSettings({ annotations: {}, containerConcurrency: 0 }, defaultAutoscalerConfig);
  const decisions = 500_000;
  const decisionsPerSecond = rate(
    decisions,
    () => {
      let state: AutoscalerState = startingState(settings, 1, 0);
      let readyPods = 1;
      let sum = 0;
      for (let i = 0; i < decisions; i++) {
        const value = load(i);
        const decision = decide(settings, state, {
          nowSeconds: i * 2,
          readyPods,
          stableValue: value * 0.8,
          panicValue: value,
        });
        state = decision.state;
        readyPods = decision.wish;
        sum += decision.wish + decision.excessBurstCapacity;
      }
      return sum;
    },
    milliseconds,
  );
  const ticks = 50_000;
  const ticksPerSecond = rate(
    ticks,
    () => {
      const autoscaler = createAutoscaler(settings, 1, 0);
      let readyPods = 1;
      for (let i = 0; i < ticks; i++) {
        autoscaler.record(i * 2, load(i), 0);
        readyPods = autoscaler.tick(i * 2, readyPods).replicas;
      }
      return readyPods;
    },
    milliseconds,
  );
  return { decisionsPerSecond, ticksPerSecond };
}
