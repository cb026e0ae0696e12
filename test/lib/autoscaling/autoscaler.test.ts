import { describe, expect, test } from 'vitest';
import {
  type Autoscaler,
  autoscalerSettings,
  createAutoscaler,
  createBalancer,
  defaultAutoscalerConfig,
  type Tick,
  tickSeconds,
  WeightedWindow,
} from '../../../lib/autoscaling/index.ts';

const settingsOf = (annotations: Record<string, string> = {}, containerConcurrency = 0) =>
  autoscalerSettings({ annotations, containerConcurrency }, defaultAutoscalerConfig);

/** Runs from one moment to another with a load; pods are ready by the next tick. Answers the last tick. */
function run(autoscaler: Autoscaler, from: number, to: number, load: number, ready: number): Tick {
  let tick: Tick | undefined;
  let readyPods = ready;
  for (let now = from; now < to; now += tickSeconds) {
    autoscaler.record(now, load, load);
    autoscaler.record(now + 1, load, load);
    tick = autoscaler.tick(now + 1, readyPods);
    readyPods = tick.replicas;
  }
  if (tick === undefined) throw new Error('no time to run in');
  return tick;
}

describe('an autoscaler', () => {
  test('starts a new revision with its initial scale, and knows nothing before it measured', () => {
    const settings = settingsOf({ 'autoscaling.knative.dev/initial-scale': '3' });
    expect(createAutoscaler(settings, 0, 0).tick(0, 0)).toMatchObject({
      replicas: 3,
      desired: 3,
      measured: false,
      // Three pods have room for the burst of 211, so upstream counts on them already.
      mode: 'serve',
      activity: 'activating',
    });
    expect(createAutoscaler(settingsOf(), 0, 0).tick(0, 0)).toMatchObject({ desired: -1, mode: 'proxy' });
  });

  test('scales up in panic, and down when the surge has left the stable window', () => {
    const autoscaler = createAutoscaler(settingsOf(), 1, 0);
    expect(run(autoscaler, 0, 20, 70, 1)).toMatchObject({ replicas: 1, inPanic: false });
    expect(run(autoscaler, 20, 30, 1400, 1)).toMatchObject({ replicas: 20, inPanic: true });
    expect(run(autoscaler, 30, 60, 70, 20)).toMatchObject({ replicas: 20, inPanic: true });
    expect(run(autoscaler, 60, 200, 70, 20)).toMatchObject({ replicas: 1, inPanic: false });
  });

  test('leaves the path when there is burst capacity, and comes back when there is none', () => {
    const autoscaler = createAutoscaler(settingsOf({}, 100), 0, 0);
    expect(run(autoscaler, 0, 60, 70, 1).mode).toBe('proxy');
    const many = run(autoscaler, 60, 200, 700, 1);
    expect(many).toMatchObject({ replicas: 10, mode: 'serve', excessBurstCapacity: 89 });
    expect(run(autoscaler, 200, 400, 70, 10).mode).toBe('proxy');
  });

  test.each([
    // Without a burst to be free for, the activator comes in front at 119 only: a grace period of 30 s.
    ['0', ['61: 1 active', '119: 1 inactive', '149: 0 inactive']],
    // Here it has been in front all the time, so that nothing has to be waited for.
    ['211', ['61: 1 active', '119: 1 inactive', '121: 0 inactive']],
  ])('gives up the last pod after a window and behind the activator (burst %s)', (burst, states) => {
    const settings = settingsOf({ 'autoscaling.knative.dev/target-burst-capacity': burst });
    const autoscaler = createAutoscaler(settings, 1, 0);
    run(autoscaler, 0, 60, 10, 1);
    const seen: string[] = [];
    for (let now = 60; now < 180; now += tickSeconds) {
      autoscaler.record(now + 1, 0, 0);
      const { replicas, activity } = autoscaler.tick(now + 1, 1);
      if (!seen.at(-1)?.endsWith(`${replicas} ${activity}`)) seen.push(`${now + 1}: ${replicas} ${activity}`);
    }
    expect(seen).toEqual(states);
    autoscaler.record(200, 1, 1);
    expect(autoscaler.tick(200, 0)).toMatchObject({ replicas: 1, activity: 'activating' });
  });

  test('keeps what it had when it is restarted under load', () => {
    const autoscaler = createAutoscaler(settingsOf(), 40, 1000);
    expect(run(autoscaler, 1000, 1060, 70, 40)).toMatchObject({ replicas: 40, inPanic: true });
    expect(run(autoscaler, 1060, 1100, 70, 40)).toMatchObject({ replicas: 1, inPanic: false });
  });

  test('takes a higher floor at once, and gives it back', () => {
    const autoscaler = createAutoscaler(settingsOf(), 1, 0);
    run(autoscaler, 0, 60, 70, 1);
    autoscaler.update(settingsOf({ 'autoscaling.knative.dev/min-scale': '7' }), 60);
    expect(run(autoscaler, 60, 62, 70, 1).replicas).toBe(7);
    autoscaler.update(settingsOf(), 62);
    expect(run(autoscaler, 62, 70, 70, 7).replicas).toBeLessThan(7);
  });

  test('without data goes on as before, but behind the activator silence is no load', () => {
    const silent = createAutoscaler(settingsOf(), 4, 0);
    run(silent, 0, 10, 280, 4);
    expect(silent.tick(500, 4)).toMatchObject({ replicas: 4, measured: false });
    const behind = createAutoscaler(
      settingsOf({ 'autoscaling.knative.dev/target-burst-capacity': '-1' }),
      4,
      0,
    );
    run(behind, 0, 10, 280, 4);
    expect(behind.tick(500, 4)).toMatchObject({ replicas: 2, measured: true });
  });
});

test('a weighted window forgets as its length says, also after it was resized', () => {
  const window = new WeightedWindow(60);
  expect(window.decay).toBe(0.2);
  window.resize(30, 0);
  // The figure that upstream's own code computes, to the last bit.
  expect(window.decay).toBe(0.2643577455403586);
});

test('a round goes on behind the last pod, and starts over when pods have gone', () => {
  const choose = createBalancer(10, () => 0);
  const free = { inFlight: 0, capacity: 1 };
  expect([1, 2, 3, 4].map(() => choose([free, free, free]))).toEqual([0, 1, 2, 0]);
  expect(choose([free, { inFlight: 1, capacity: 1 }, free])).toBe(2);
  expect(choose([free])).toBe(0);
  expect(choose([{ inFlight: 1, capacity: 1 }])).toBe(-1);
});
