import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AutoscalerState,
  activatorCount,
  autoscalerSettings,
  createAutoscaler,
  createBalancer,
  decide,
  defaultAutoscalerConfig,
  LinearWindow,
  minimumActivators,
  parseFloat64,
  parseSeconds,
  podSubset,
  randomOfTwo,
  ScaleDownDelay,
  startingState,
} from '../../../lib/autoscaling/index.ts';

/** fast-check prints seed and path of a failure; the seed is fixed so that a run can be repeated. */
const holds = (property: fc.IProperty<unknown> | ReturnType<typeof fc.property>): void =>
  fc.assert(property as fc.IProperty<unknown>, { seed: 20260729, numRuns: 300 });

const load = fc.double({ min: 0, max: 5000, noNaN: true });
const settings = fc
  .record({
    target: fc.constantFrom('1', '10', '100'),
    minScale: fc.integer({ min: 0, max: 5 }),
    spread: fc.integer({ min: 0, max: 20 }),
    initialScale: fc.integer({ min: 1, max: 8 }),
    burst: fc.constantFrom('-1', '0', '211'),
    delay: fc.constantFrom('0s', '1s', '30s'),
    metric: fc.constantFrom('concurrency', 'rps'),
    aggregation: fc.constantFrom('linear', 'weighted-exponential'),
    reachability: fc.constantFrom('Reachable' as const, 'Unreachable' as const, '' as const),
  })
  .map(({ reachability, spread, minScale, initialScale, ...rest }) =>
    autoscalerSettings(
      {
        annotations: {
          'autoscaling.knative.dev/target': rest.target,
          'autoscaling.knative.dev/min-scale': String(minScale),
          'autoscaling.knative.dev/max-scale': spread === 0 ? '0' : String(minScale + spread),
          'autoscaling.knative.dev/initial-scale': String(initialScale),
          'autoscaling.knative.dev/target-burst-capacity': rest.burst,
          'autoscaling.knative.dev/scale-down-delay': rest.delay,
          'autoscaling.knative.dev/metric': rest.metric,
          'autoscaling.knative.dev/metric-aggregation-algorithm': rest.aggregation,
        },
        containerConcurrency: 0,
        reachability,
      },
      defaultAutoscalerConfig,
    ),
  );
const ticks = fc.array(fc.record({ stable: load, panic: load, ready: fc.integer({ min: 0, max: 60 }) }), {
  minLength: 1,
  maxLength: 60,
});

describe('a decision', () => {
  test('never falls while in panic, and is rated by the ready pods otherwise', () => {
    holds(
      fc.property(settings, ticks, (given, steps) => {
        const rated = { ...given, scaleDownDelaySeconds: 0 };
        let state: AutoscalerState = startingState(rated, 0, 0);
        let before: { inPanic: boolean; wish: number } | undefined;
        steps.forEach(({ stable, panic, ready }, i) => {
          const decision = decide(rated, state, {
            nowSeconds: 2 * i,
            readyPods: ready,
            stableValue: stable,
            panicValue: panic,
          });
          state = decision.state;
          if (before?.inPanic && decision.inPanic) expect(decision.wish).toBeGreaterThanOrEqual(before.wish);
          if (!decision.inPanic) {
            const pods = Math.max(1, ready);
            expect(decision.wish).toBeLessThanOrEqual(Math.ceil(pods * rated.maxScaleUpRate));
            if (rated.reachable)
              expect(decision.wish).toBeGreaterThanOrEqual(Math.floor(pods / rated.maxScaleDownRate));
          }
          before = decision;
        });
      }),
    );
  });

  test('with the same state and measurement is the same, and leaves the state as it was', () => {
    holds(
      fc.property(settings, ticks, (given, steps) => {
        const undelayed = { ...given, scaleDownDelaySeconds: 0 };
        const state = startingState(undelayed, 3, 0);
        const copy = structuredClone(state);
        const measurement = {
          nowSeconds: 2,
          readyPods: steps[0]?.ready ?? 0,
          stableValue: steps[0]?.stable ?? 0,
          panicValue: steps[0]?.panic ?? 0,
        };
        expect(decide(undelayed, state, measurement)).toEqual(decide(undelayed, state, measurement));
        expect(state).toEqual(copy);
      }),
    );
  });
});

test('an autoscaler keeps within the bounds, whatever the load', () => {
  holds(
    fc.property(settings, ticks, (given, steps) => {
      const autoscaler = createAutoscaler(given, 0, 0);
      let readyPods = 0;
      steps.forEach(({ stable, ready }, i) => {
        autoscaler.record(2 * i, stable, stable);
        const tick = autoscaler.tick(2 * i, readyPods);
        readyPods = Math.min(tick.replicas, ready);
        // Until it was ready once, the initial scale is a lower bound too; and a lower bound wins.
        const least = given.reachable ? Math.max(given.minScale, given.initialScale) : given.minScale;
        if (tick.desired >= 0) expect(tick.desired).toBeGreaterThanOrEqual(given.minScale);
        if (given.maxScale > 0) expect(tick.desired).toBeLessThanOrEqual(Math.max(given.maxScale, least));
        if (tick.desired > 0) expect(tick.replicas).toBe(tick.desired);
        expect(tick.activators).toBeGreaterThanOrEqual(minimumActivators);
        if (tick.desired === 0) expect(tick.mode).toBe('proxy');
      });
    }),
  );
});

test('the delay holds the largest wish of its buckets', () => {
  const wishes = fc.array(
    fc.record({ step: fc.integer({ min: 0, max: 9 }), wish: fc.integer({ min: 0, max: 9 }) }),
    { maxLength: 80 },
  );
  holds(
    fc.property(fc.integer({ min: 1, max: 30 }), wishes, (seconds, steps) => {
      const delay = new ScaleDownDelay(seconds);
      const size = Math.ceil(seconds / 2);
      const seen: { bucket: number; wish: number }[] = [];
      let now = 0;
      for (const { step, wish } of steps) {
        now += step;
        seen.push({ bucket: Math.floor(now / 2), wish });
        const inWindow = seen.filter(({ bucket }) => bucket > Math.floor(now / 2) - size);
        expect(delay.hold(now, wish)).toBe(Math.max(...inWindow.map((entry) => entry.wish)));
      }
    }),
  );
});

test('a window that is written every second averages its last seconds', () => {
  const values = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 100 });
  holds(
    fc.property(fc.integer({ min: 1, max: 30 }), values, (seconds, given) => {
      const window = new LinearWindow(seconds);
      given.forEach((value, second) => {
        window.record(second, value);
        const last = given.slice(Math.max(0, second + 1 - seconds), second + 1);
        const average = last.reduce((sum, each) => sum + each, 0) / last.length;
        expect(window.average(second)).toBeCloseTo(average, 6);
      });
    }),
  );
});

test('activators share out all pods, each to one alone when there are enough', () => {
  const counts = { pods: fc.integer({ min: 1, max: 60 }), activators: fc.integer({ min: 1, max: 20 }) };
  holds(
    fc.property(fc.record(counts), ({ pods, activators }) => {
      const all = Array.from({ length: pods }, (_, pod) => pod);
      const shares = Array.from({ length: activators }, (_, index) => podSubset(all, index, activators));
      for (const share of shares) expect(share.length).toBeGreaterThan(0);
      const served = shares.flat().sort((a, b) => a - b);
      if (pods >= activators) expect(served).toEqual(all);
      else expect([...new Set(served)]).toEqual(all);
    }),
  );
});

test('more ready pods never need fewer activators', () => {
  holds(
    fc.property(settings, fc.integer({ min: 0, max: 500 }), (given, ready) => {
      expect(activatorCount(given, ready + 1)).toBeGreaterThanOrEqual(activatorCount(given, ready));
    }),
  );
});

const busy = fc.array(
  fc.record({ inFlight: fc.integer({ min: 0, max: 5 }), capacity: fc.integer({ min: 1, max: 5 }) }),
  { minLength: 1, maxLength: 12 },
);

test('the better of two is never the busiest of all, unless all are as busy', () => {
  const random = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 3, maxLength: 3 });
  holds(
    fc.property(busy, random, (targets, numbers) => {
      const index = randomOfTwo(targets, () => numbers.shift() ?? 0);
      const mine = targets[index]?.inFlight ?? -1;
      expect(targets.filter((target) => target.inFlight >= mine).length).toBeGreaterThan(
        targets.length > 1 ? 1 : 0,
      );
    }),
  );
});

test('a limit is never exceeded, and a free pod is always found', () => {
  holds(
    fc.property(busy, fc.constantFrom(1, 3, 4, 10), (targets, containerConcurrency) => {
      const choose = createBalancer(containerConcurrency, () => 0);
      for (let request = 0; request < 5; request++) {
        const target = targets[choose(targets)];
        if (target === undefined) expect(targets.every((each) => each.inFlight >= each.capacity)).toBe(true);
        else expect(target.inFlight).toBeLessThan(target.capacity);
      }
    }),
  );
});

test('a number is read as it was written', () => {
  holds(
    fc.property(fc.double(), (value) => {
      expect(parseFloat64(String(value))).toBe(value === 0 ? 0 : value);
    }),
  );
  holds(
    fc.property(fc.integer({ min: -1e6, max: 1e6 }), (milliseconds) => {
      expect(parseSeconds(`${milliseconds}ms`)).toBeCloseTo(milliseconds / 1000, 9);
    }),
  );
});
