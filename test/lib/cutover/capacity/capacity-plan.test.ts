import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autoscalerSettings,
  createAutoscaler,
  defaultAutoscalerConfig,
} from '../../../../lib/autoscaling/index.ts';
import { capacityPlan, podsFor } from '../../../../lib/cutover/capacity/index.ts';
import { quantity } from '../../../../lib/cutover/capacity/quantity.ts';

const settings = (annotations: Record<string, string> = {}, containerConcurrency = 10) =>
  autoscalerSettings(
    {
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]),
      ),
      containerConcurrency,
    },
    defaultAutoscalerConfig,
  );
const revision = (pods: number, more: object = {}) => ({
  namespace: 'shop',
  name: 'cart-00001',
  pods,
  settings: settings(),
  cpu: 500,
  memory: 2 ** 30,
  ...more,
});

describe('pods for a load', () => {
  it('are those that the autoscaler settles at', () => {
    fc.assert(
      fc.property(
        // Never a whole number of pods, which an average may miss by its last digit.
        fc.integer({ min: 0, max: 50_000 }).map((n) => n / 100 + 0.003),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 4 }),
        (load, concurrency, min, max, activation) => {
          const own = settings(
            {
              ...(min > 0 ? { 'min-scale': String(min) } : {}),
              ...(max >= Math.max(min, activation) && max > 0 ? { 'max-scale': String(max) } : {}),
              ...(activation > 1 ? { 'activation-scale': String(activation) } : {}),
            },
            concurrency,
          );
          const autoscaler = createAutoscaler(own, Math.max(1, min), 0);
          let pods = Math.max(1, min);
          // Long enough for every rate of growth and decrease, and for panic to end.
          for (let second = 1; second <= 400; second++) {
            autoscaler.record(second, load, 0);
            if (second % 2 === 0) pods = autoscaler.tick(second, pods).replicas;
          }
          expect(podsFor(own, load)).toBe(pods);
        },
      ),
      { numRuns: 60, seed: 8 },
    );
  });
});

describe('a capacity plan', () => {
  it('says what each share needs, and keeps what the source runs now or will need, the larger', () => {
    const { steps, revisions } = capacityPlan(
      [5, 50, 100],
      [revision(4, { load: 35 }), revision(40), revision(0)],
      { cpu: 4000, memory: 16 * 2 ** 30, pods: 110 },
    );
    // 35 requests at once, 7 for each pod.
    expect(revisions).toEqual([
      { namespace: 'shop', revision: 'cart-00001', pods: 40, floor: 40, needs: [2, 20, 40] },
      { namespace: 'shop', revision: 'cart-00001', pods: 4, floor: 5, needs: [1, 3, 5] },
    ]);
    expect(steps).toEqual([
      { share: 5, needs: 3, keeps: 45, nodes: 6 },
      { share: 50, needs: 23, keeps: 45, nodes: 6 },
      { share: 100, needs: 45, keeps: 45, nodes: 6 },
    ]);
  });

  it('never needs more than it keeps, nor less at a greater share, and respects the greatest scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.option(fc.double({ min: 0, max: 2000, noNaN: true }), { nil: undefined }),
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 30 }),
        (pods, load, min, more) => {
          const own = settings({
            ...(min > 0 ? { 'min-scale': String(min) } : {}),
            ...(more > 0 ? { 'max-scale': String(min + more) } : {}),
          });
          const running = revision(pods, { settings: own, ...(load === undefined ? {} : { load }) });
          const [planned] = capacityPlan([0.5, 5, 25, 50, 100], [running]).revisions;
          const { floor = 0, needs = [] } = planned ?? {};
          expect(floor).toBeGreaterThanOrEqual(more > 0 ? Math.min(pods, min + more) : pods);
          if (more > 0) expect(floor).toBeLessThanOrEqual(min + more);
          expect([...needs].sort((a, b) => a - b)).toEqual(needs);
          expect(needs.at(-1)).toBe(floor);
        },
      ),
      { seed: 8 },
    );
  });

  it('reads quantities', () => {
    expect(['250m', '2', '1Gi', '1500Mi', '2e3', '1.5k', 3, '', 'x', undefined].map(quantity)).toEqual([
      0.25,
      2,
      2 ** 30,
      1500 * 2 ** 20,
      2000,
      1500,
      3,
      0,
      0,
      0,
    ]);
  });
});
