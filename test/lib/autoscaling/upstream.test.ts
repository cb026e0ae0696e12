import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type Activity,
  type Annotations,
  type AutoscalerConfig,
  activatorCount,
  autoscalerConfig,
  autoscalerSettings,
  type DecisionSettings,
  decide,
  defaultAutoscalerConfig,
  initialExcessBurstCapacity,
  LinearWindow,
  nextActivity,
  type Reachability,
  ScaleDownDelay,
  scale,
  startingState,
  WeightedWindow,
} from '../../../lib/autoscaling/index.ts';

/**
 * Answers of upstream's own code to odd questions, which the golden files leave out: NaN, infinities and overflow,
 * buckets of several seconds, time that goes back, windows that are resized, annotations that cannot be read.
 */
const rows = <Row>(kind: string): Row[] => {
  const text = readFileSync(new URL('../../fixtures/autoscaling/upstream.json', import.meta.url), 'utf8');
  // JSON has no NaN and no infinities: they stand there as Go prints them.
  const numbers: Record<string, number> = { NaN: NaN, '+Inf': Infinity, '-Inf': -Infinity };
  const document = JSON.parse(text, function (this: unknown, key: string, value: unknown) {
    return typeof value === 'string' && !key.includes('/') && value in numbers ? numbers[value] : value;
  }) as Record<string, Row[]>;
  return document[kind] ?? [];
};

interface Trace {
  startReady: number;
  initialEBC: number;
  spec: DecisionSettings & { scaleDownDelaySeconds: number; initialScale: number };
  ticks: {
    t: number;
    ready: number;
    stable: number;
    panic: number;
    desired: number;
    ebc: number;
    inPanic: boolean;
    maxPanicPods: number;
  }[];
}

test.each(rows<Trace>('traces'))('decisions in a row %#', ({ startReady, initialEBC, spec, ticks }) => {
  expect(initialExcessBurstCapacity(spec)).toBe(initialEBC);
  let state = startingState(spec, startReady, 0);
  for (const { t, ready, stable, panic, ...want } of ticks) {
    const decision = decide(spec, state, {
      nowSeconds: t,
      readyPods: ready,
      stableValue: stable,
      panicValue: panic,
    });
    state = decision.state;
    expect(
      {
        desired: decision.wish,
        ebc: decision.excessBurstCapacity,
        inPanic: decision.inPanic,
        maxPanicPods: state.largestPanicWish,
      },
      `at ${t}`,
    ).toEqual(want);
  }
});

interface Windows {
  base?: number;
  windowSeconds: number;
  granularitySeconds?: number;
  maxGranularitySeconds?: number;
  events: {
    t: number;
    record?: number;
    resize?: number;
    recordMax?: number;
    max?: number;
    linear?: number;
    weighted?: number;
    empty?: boolean;
  }[];
}

test.each([...rows<Windows>('windows'), ...rows<Windows>('resizes')])('windows %#', (row) => {
  const { base = 0, windowSeconds, granularitySeconds, maxGranularitySeconds, events } = row;
  const linear = new LinearWindow(windowSeconds, granularitySeconds);
  const weighted = new WeightedWindow(windowSeconds, granularitySeconds);
  const delay = new ScaleDownDelay(windowSeconds, maxGranularitySeconds);
  for (const event of events) {
    const now = base + event.t;
    for (const window of [linear, weighted]) {
      if (event.record !== undefined) window.record(now, event.record);
      if (event.resize !== undefined) window.resize(event.resize, now);
    }
    if (event.recordMax !== undefined) expect(delay.hold(now, event.recordMax)).toBe(event.max);
    if (event.linear === undefined) continue;
    expect(linear.average(now) + 0, `at ${event.t}`).toBe(event.linear);
    expect(weighted.average(now) + 0, `at ${event.t}`).toBe(event.weighted);
    if (event.empty !== undefined) expect(linear.isEmpty(now)).toBe(event.empty);
  }
});

interface Settings {
  annotations: Annotations;
  config: Record<string, string>;
  containerConcurrency: number;
  reachability: Reachability;
  alg: string;
  want: Record<string, unknown>;
}

test.each(rows<Settings>('deciders'))('settings %#', ({ config, want, alg, ...spec }) => {
  const aggregation = alg === 'weighted-exponential' ? alg : 'linear';
  expect(autoscalerSettings(spec, autoscalerConfig(config))).toMatchObject({ ...want, aggregation });
});

interface Scale {
  annotations: Annotations;
  reachability: Reachability;
  config: Partial<AutoscalerConfig>;
  progressDeadlineSeconds: number;
  activity: Activity;
  activitySeconds: number;
  initialised: boolean;
  mode: 'Proxy' | 'Serve';
  proxySeconds: number;
  wish: number;
  activatorAnswers: boolean;
  want: { desired: number; apply: boolean; async: number; re: number[]; probed: boolean };
  nextWish: number;
  readyPods: number;
  nextActivity: Activity;
  nextInitialised: boolean;
}

describe('applying a wish', () => {
  test.each(rows<Scale>('scales'))('%#', (row) => {
    const settings = autoscalerSettings(
      { ...row, containerConcurrency: 0 },
      { ...defaultAutoscalerConfig, ...row.config },
    );
    let probed = false;
    const outcome = scale(
      settings,
      {
        ...row,
        replicas: -1,
        mode: row.mode === 'Proxy' ? 'proxy' : 'serve',
        isBehindActivator: () => {
          probed = true;
          return row.activatorAnswers;
        },
      },
      row.wish,
    );
    expect({
      desired: outcome.wish,
      apply: outcome.applies,
      async: outcome.awaitsActivator ? 1 : 0,
      re: outcome.againAfterSeconds === undefined ? [] : [expect.closeTo(outcome.againAfterSeconds, 1)],
      probed,
    }).toEqual(row.want);
    expect(nextActivity(settings, row, row.nextWish, row.readyPods)).toEqual({
      activity: row.nextActivity,
      initialised: row.nextInitialised,
    });
  });
});

interface Count {
  ready: number;
  tbc: number;
  total: number;
  activatorCapacity: number;
  want: number;
}

test.each(rows<Count>('counts'))('activators %#', ({ ready, tbc, total, activatorCapacity, want }) => {
  const settings = { targetBurstCapacity: tbc, totalValue: total, activatorCapacity };
  expect(activatorCount(settings, ready)).toBe(want);
});
