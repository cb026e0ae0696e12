import { expect, it } from 'vitest';
import type { RegionSample } from '../../../../lib/cutover/commands.ts';
import { nextWatch } from '../../../../lib/cutover/gates/next-watch.ts';
import type { CutoverPlan } from '../../../../lib/cutover/plan.ts';
import type { Watch } from '../../../../lib/cutover/state.ts';
import { revisionsInterval, watchInterval } from '../../../../lib/cutover/watch.ts';
import type { GatewaySample } from '../../../../lib/metrics/metrics-port.ts';

const plan = {
  from: 'blue',
  to: 'green',
  policy: {
    bake: '10m',
    gates: { falseAlarm: 0.01, minSamples: 10, maxLatencyRatio: 2, latencyFloor: '20ms' },
  },
} as unknown as CutoverPlan;

const gateways = (at: number, requests: number, pod = 'one'): GatewaySample => ({
  at,
  flows: requests,
  openFlows: 1,
  requests,
  errors: 0,
  latency: [{ le: 10, count: requests }],
  sources: [pod],
  perSource: { [pod]: { flows: requests, requests, errors: 0 } },
});
const told = (requests: number) => ({ 'shop/cart-00001': { active: 0, requests, errors: 0 } });

/** A look at a second: as many requests as seconds on both colours. */
const look = (second: number, revisions: boolean, pod?: string): RegionSample => ({
  colours: {
    blue: gateways(second * 1000, second, 'blue'),
    green: gateways(second * 1000, second, pod ?? 'green'),
  },
  endpoints: [],
  ...(revisions ? { revisions: { blue: told(second), green: told(second) } } : {}),
});

function watched(...looks: [second: number, sample: RegionSample][]): Watch | undefined {
  let watch: Watch | undefined;
  for (const [second, sample] of looks) watch = nextWatch(plan, watch, sample, second * 1000, {}, 0);
  return watch;
}

it('what came to revisions is counted from one look that tells them apart to the next one, with others in between', () => {
  const watch = watched(
    [10, look(10, true)],
    [20, look(20, false)],
    [30, look(30, false)],
    [70, look(70, true)],
  );
  expect(watch?.tally?.services?.['shop/cart-00001']?.target.total).toBe(60);
  expect(watch?.revisionsAt).toBe(70_000);
});

it('nothing is counted across a gateway that came or went', () => {
  const watch = watched(
    [10, look(10, true)],
    [20, look(20, false, 'another')],
    [70, look(70, true, 'another')],
  );
  expect(watch?.tally?.services).toBeUndefined();
  // From here on it can be counted again.
  expect(watch?.revisionsAt).toBe(70_000);
});

it('a hold of a day asks for revisions every five minutes, a rehearsal at every look', () => {
  expect(revisionsInterval(86_400_000)).toBe(300_000);
  expect(revisionsInterval(600_000)).toBe(60_000);
  expect(revisionsInterval(3_000)).toBe(watchInterval(3_000));
});
