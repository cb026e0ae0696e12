import { afterAll, describe, expect, test } from 'vitest';
import {
  type Annotations,
  type AutoscalerSettings,
  activatorCount,
  applyBounds,
  autoscalerConfig,
  autoscalerConfigProblems,
  autoscalerSettings,
  type DecisionSettings,
  decide,
  defaultAutoscalerConfig,
  LinearWindow,
  podSubset,
  type Reachability,
  revisionCapacity,
  ScaleDownDelay,
  scale,
  startingState,
  WeightedWindow,
} from '../../../lib/autoscaling/index.ts';
import { goldenRows } from './golden.ts';

const counts: Record<string, number> = {};
afterAll(() => {
  console.log(
    `golden rows: ${Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(' · ')}`,
  );
});

/** One test a file; a row that fails names itself. */
function everyRow<Row>(name: string, check: (row: Row) => void, isOurs = (_row: Row) => true): void {
  describe(name, () => {
    for (const { from, rows } of goldenRows<Row>(name))
      test(from, () => {
        const ours = rows.filter(isOurs);
        for (const row of ours) check(row);
        expect(ours.length).toBeGreaterThan(0);
        counts[`${name} (${from})`] = ours.length;
      });
  });
}

interface CaseRow {
  id: string;
  sequence?: number | null;
  source?: string;
  note?: string;
  nowSeconds: number;
  target: number;
  total: number;
  targetBurstCapacity: number;
  panicThreshold: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  stableWindowSeconds: number;
  scaleDownDelaySeconds: number;
  activationScale: number;
  reachable: boolean;
  readyPods: number;
  stableValue: number;
  panicValue: number;
  panicBefore: boolean;
  panicAgeSeconds: number | null;
  maxPanicPodsBefore: number;
  want: {
    desiredPodCount: number;
    excessBurstCapacity: number;
    valid: boolean;
    inPanicAfter: boolean;
    maxPanicPodsAfter: number;
  };
}

const delays = new Map<unknown, ScaleDownDelay>();
function delayOf(row: CaseRow): ScaleDownDelay | undefined {
  if (row.scaleDownDelaySeconds <= 0) return undefined;
  const stateful = row.note?.startsWith('stateful') ? row.source?.replace(/\/\w+$/, '') : undefined;
  const sequence = row.sequence ?? stateful ?? row.id;
  const delay = delays.get(sequence) ?? new ScaleDownDelay(row.scaleDownDelaySeconds);
  delays.set(sequence, delay);
  return delay;
}

function checkCase(row: CaseRow): void {
  const settings: DecisionSettings = { ...row, targetValue: row.target, totalValue: row.total };
  const panicSince = row.panicBefore ? row.nowSeconds - (row.panicAgeSeconds ?? 0) : undefined;
  const decision = decide(
    settings,
    { panicSince, largestPanicWish: row.maxPanicPodsBefore, delay: delayOf(row) },
    row,
  );
  expect(
    {
      desiredPodCount: decision.wish,
      excessBurstCapacity: decision.excessBurstCapacity,
      valid: true,
      inPanicAfter: decision.inPanic,
      maxPanicPodsAfter: decision.state.largestPanicWish,
    },
    row.id,
  ).toEqual(row.want);
}
// Without a measurement there is no decision to ask for.
everyRow<CaseRow>('kpa-cases.json', checkCase, ({ want }) => want.valid);

interface TraceRow {
  seq: number;
  spec: AutoscalerSettings;
  startReady: number;
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

everyRow<TraceRow>('kpa-traces.jsonl', ({ seq, spec, startReady, ticks }) => {
  let state = startingState(spec, startReady, ticks[0]?.t ?? 0);
  for (const { t, ready, stable, panic, desired, ebc, inPanic, maxPanicPods } of ticks) {
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
      `sequence ${seq} at ${t}`,
    ).toEqual({ desired, ebc, inPanic, maxPanicPods });
  }
});

interface DeciderRow {
  annotations: Annotations;
  config: Record<string, string>;
  containerConcurrency: number;
  reachability: Reachability;
  want: Partial<AutoscalerSettings>;
}

everyRow<DeciderRow>('deciders.json', ({ config, want, ...spec }) => {
  expect(autoscalerSettings(spec, autoscalerConfig(config)), JSON.stringify(spec)).toMatchObject(want);
});

interface ScaleRow {
  annotations: Annotations;
  reachability: Reachability;
  config: {
    allowZeroInitialScale: boolean;
    enableScaleToZero: boolean;
    gracePeriodSeconds: number;
    initialScale: number;
    maxScale: number;
    minScale: number;
    podRetentionSeconds: number;
    progressDeadlineSeconds: number;
    stableWindowSeconds: number;
    targetBurstCapacity: number;
  };
  activatorProbe: string;
  activeConditionAgeSeconds: number;
  isActivating: boolean;
  isActive: boolean;
  scaleTargetInitialized: boolean;
  scaleTo: number;
  sksMode: 'Serve' | 'Proxy';
  sksProxyForSeconds: number;
  startReplicas: number;
  want: { asyncProbes: number; desiredScale: number; patchesScale: boolean; reenqueues: number };
}

everyRow<ScaleRow>('scale-to-zero.json', (row) => {
  const settings = autoscalerSettings(
    {
      annotations: row.annotations,
      containerConcurrency: 0,
      reachability: row.reachability,
      progressDeadlineSeconds: row.config.progressDeadlineSeconds,
    },
    {
      ...defaultAutoscalerConfig,
      ...row.config,
      scaleToZeroGracePeriodSeconds: row.config.gracePeriodSeconds,
      scaleToZeroPodRetentionSeconds: row.config.podRetentionSeconds,
    },
  );
  const outcome = scale(
    settings,
    {
      activity: row.isActivating ? 'activating' : row.isActive ? 'active' : 'inactive',
      activitySeconds: row.activeConditionAgeSeconds,
      initialised: row.scaleTargetInitialized,
      replicas: row.startReplicas,
      mode: row.sksMode === 'Proxy' ? 'proxy' : 'serve',
      proxySeconds: row.sksProxyForSeconds,
      isBehindActivator: () => {
        expect(row.activatorProbe).not.toBe('must-not-be-called');
        return row.activatorProbe === 'ok';
      },
    },
    row.scaleTo,
  );
  expect(
    {
      asyncProbes: outcome.awaitsActivator ? 1 : 0,
      desiredScale: outcome.wish,
      patchesScale: outcome.applies,
      reenqueues: outcome.againAfterSeconds === undefined ? 0 : 1,
    },
    JSON.stringify(row),
  ).toEqual(row.want);
});

type MiscRow =
  | { fn: 'applyBounds'; min: number; max: number; x: number; want: number }
  | {
      fn: 'numActivators';
      ready: number;
      tbc: number;
      total: number;
      activatorCapacity: number;
      want: number;
    };

everyRow<MiscRow>('kpa-misc.json', (row) => {
  const got =
    row.fn === 'applyBounds'
      ? applyBounds(row.min, row.max, row.x)
      : activatorCount(
          {
            targetBurstCapacity: row.tbc,
            totalValue: row.total,
            activatorCapacity: row.activatorCapacity,
          },
          row.ready,
        );
  expect(got, JSON.stringify(row)).toBe(row.want);
});

type ActivatorRow =
  | { fn: 'assignSlice'; pods: number; selfIndex: number; activators: number; assigned: number[] }
  | {
      fn: 'calculateCapacity';
      containerConcurrency: number;
      backends: number;
      trackers: number;
      activators: number;
      capacity: number;
    };

everyRow<ActivatorRow>('activator.json', (row) => {
  if (row.fn === 'calculateCapacity') {
    expect(revisionCapacity(row), JSON.stringify(row)).toBe(row.capacity);
    return;
  }
  const pods = Array.from({ length: row.pods }, (_, pod) => pod);
  expect(podSubset(pods, row.selfIndex, row.activators), JSON.stringify(row)).toEqual(row.assigned);
});

interface AggregationRow {
  baseUnix: number;
  granularitySeconds: number;
  maxGranularitySeconds: number;
  windowSeconds: number;
  smoothingCoeff: number;
  events: {
    t: number;
    record?: number;
    recordMax: number;
    linear: number;
    weighted: number;
    max: number;
    empty: boolean;
  }[];
}

everyRow<AggregationRow>('aggregation.json', (row) => {
  const linear = new LinearWindow(row.windowSeconds, row.granularitySeconds);
  const weighted = new WeightedWindow(row.windowSeconds, row.granularitySeconds);
  const delay = new ScaleDownDelay(row.windowSeconds, row.maxGranularitySeconds);
  expect(weighted.decay).toBe(row.smoothingCoeff);
  for (const event of row.events) {
    // A multiple of the buckets shifts nothing, and a large sum would round 368.99999999999994 up to a bucket.
    const now = (row.baseUnix % 60) + event.t;
    if (event.record !== undefined) {
      linear.record(now, event.record);
      weighted.record(now, event.record);
    }
    expect(
      {
        linear: linear.average(now),
        weighted: weighted.average(now),
        empty: linear.isEmpty(now),
        max: delay.hold(now, event.recordMax),
      },
      `at ${event.t}`,
    ).toEqual({
      linear: event.linear,
      weighted: event.weighted,
      empty: event.empty,
      max: event.max,
    });
  }
});

everyRow<{ configmap?: string; data: Record<string, string>; ok: boolean }>(
  'config-maps.json',
  ({ data, ok }) => expect(autoscalerConfigProblems(data).length === 0, JSON.stringify(data)).toBe(ok),
  ({ configmap = 'config-autoscaler' }) => configmap === 'config-autoscaler',
);
