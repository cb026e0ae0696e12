import { describe, expect, it } from 'vitest';
import { recordAfter } from '../../../lib/cutover/journal.ts';
import type { JournalEvent, JournalRecord } from '../../../lib/cutover/journal-event.ts';
import { Account } from '../../../lib/rehearsal/load/account.ts';
import {
  arrivedShares,
  askedShares,
  latencies,
  reportRollback,
  reportSteps,
} from '../../../lib/rehearsal/outcome.ts';
import { arn, samplePlan } from '../runbook/sample-plan.ts';

const plan = samplePlan();
const region = 'eu-west-1';
const started = 1_700_000_000_000;
/** Seconds after the start. */
const at = (seconds: number): number => started + seconds * 1000;

function journal(...events: readonly (readonly [seconds: number, event: JournalEvent])[]): JournalRecord[] {
  const records: JournalRecord[] = [];
  for (const [seconds, event] of events) records.push(recordAfter(records.at(-1), event, at(seconds), 1));
  return records;
}

/** A load with a few requests in each phase: how many blue and green answered, and how many green answered badly. */
function load(...phases: readonly (readonly [name: string, blue: number, green: number, bad?: number])[]) {
  const account = new Account(started, 1, phases[0]?.[0] ?? '');
  phases.forEach(([name, blue, green, bad = 0], index) => {
    const from = index * 10_000;
    if (index > 0) account.setPhase(name, from);
    for (let i = 0; i < blue + green + bad; i++) {
      const colour = i < blue ? ('blue' as const) : ('green' as const);
      const about = { colour, newFlow: i % 2 === 0 };
      const lost = i >= blue + green;
      account.end(
        account.schedule(from + i, 'shop/front', 0),
        lost ? { lost, reason: 'status', detail: 'status 500', ...about } : { lost, ...about },
        from + i + 10 * (index + 1),
      );
    }
  });
  return account.result(phases.length * 10_000);
}

const entered = (step: string): JournalEvent => ({ type: 'step-entered', step: `${region}/${step}` });
const weights = (blue: number, green: number, foreign?: number): JournalEvent => ({
  type: 'done',
  region,
  result: {
    kind: 'set-weights',
    written: true,
    endpoints: [
      { id: arn.entrance(region, 'blue'), weight: blue },
      { id: arn.entrance(region, 'green'), weight: green },
      ...(foreign === undefined ? [] : [{ id: arn.foreign, weight: foreign }]),
    ],
  },
});
const gate = {
  gate: 'success-rate',
  region,
  verdict: 'fail',
  value: 0.2,
  limit: 0.9995,
  unit: 'ratio',
  samples: 50,
  text: 'green answered badly',
} as const;
const rollback = (reason: object): JournalEvent => ({
  type: 'rollback-begun',
  reason: { cause: 'gate', text: 'green answered badly', ...reason },
});

describe('shares', () => {
  it('are told for each step that moved traffic and was entered, lost requests included', () => {
    const records = journal([0, entered('floors')], [10, entered('shift-0.5')], [20, entered('shift-25')]);
    const result = load(['before', 10, 0], [`${region}/shift-0.5`, 8, 2], [`${region}/shift-25`, 3, 0, 1]);
    expect(arrivedShares(plan, records, result)).toEqual([
      {
        step: `${region}/shift-0.5`,
        asked: 0.5,
        flows: { blue: 80, green: 20 },
        requests: { blue: 80, green: 20 },
      },
      {
        step: `${region}/shift-25`,
        asked: 25,
        flows: { blue: 100, green: 0 },
        requests: { blue: 75, green: 25 },
      },
    ]);
  });

  it('are unknown where nothing arrived', () => {
    expect(arrivedShares(plan, journal([0, entered('shift-100')]), load(['before', 1, 0]))).toEqual([
      { step: `${region}/shift-100`, asked: 100, flows: null, requests: null },
    ]);
  });

  it('that were asked for follow from the weights of the whole group', () => {
    const records = journal([1, weights(75, 25)], [2, weights(45, 45, 10)], [3, weights(0, 0)]);
    expect(askedShares(plan, records)).toEqual([
      { at: at(1), share: 25 },
      { at: at(2), share: 45 },
      { at: at(3), share: 0 },
    ]);
  });
});

describe('steps', () => {
  it('have their times, gates, shares and outcome', () => {
    const pass = { ...gate, verdict: 'pass' as const };
    const records = journal(
      [0, entered('floors')],
      [10, entered('shift-25')],
      [15, { type: 'judged', step: `${region}/shift-25`, gates: [{ ...gate, verdict: 'inconclusive' }] }],
      [19, { type: 'judged', step: `${region}/shift-25`, gates: [pass] }],
      [20, entered('shift-100')],
      [25, { type: 'judged', step: `${region}/shift-100`, gates: [gate] }],
      [26, rollback({ step: `${region}/shift-100` })],
      [30, { type: 'ended', outcome: 'rolled-back' }],
    );
    const result = load(['before', 1, 0], [`${region}/shift-25`, 3, 1]);
    const steps = reportSteps(plan, records, result);
    expect(steps).toMatchObject([
      { title: 'floors', share: null, startedAt: at(0), endedAt: at(10), outcome: 'passed', gates: [] },
      {
        title: 'shift to 25 %',
        share: 25,
        arrived: { requests: 25 },
        startedAt: at(10),
        endedAt: at(20),
        outcome: 'passed',
        gates: [pass],
      },
      { title: 'shift to 100 %', startedAt: at(20), endedAt: at(26), outcome: 'failed', gates: [gate] },
    ]);
  });

  it('that hold say so, and one that has not ended has no end', () => {
    const reason = { code: 'gate.inconclusive', text: '', next: '', exit: 4 as const };
    expect(
      reportSteps(plan, journal([0, entered('hold')], [9, { type: 'held', reason }]), load(['before', 1, 0])),
    ).toMatchObject([{ outcome: 'held', endedAt: at(9) }]);
    expect(reportSteps(plan, journal([0, entered('hold')]), load(['before', 1, 0]))).toMatchObject([
      { endedAt: null },
    ]);
  });
});

describe('a rollback', () => {
  it('tells its gate, its step and how long green went on with errors', () => {
    // The last bad answer of green ends 10.032 s after the start.
    const result = load(['before', 10, 0], [`${region}/shift-25`, 6, 3, 4]);
    const begun = (seconds: number) =>
      journal([0, entered('shift-25')], [seconds, rollback({ step: `${region}/shift-25`, gates: [gate] })]);
    expect(reportRollback(plan, begun(9), result)).toEqual({
      cause: 'gate',
      decidedAt: at(9),
      step: 'shift to 25 %',
      gate,
      reason: 'green answered badly',
      lastErrorAfterSeconds: 1.032,
    });
    expect(reportRollback(plan, begun(11), result)?.lastErrorAfterSeconds).toBeNull();
    expect(reportRollback(plan, begun(11), load(['before', 10, 0]))?.lastErrorAfterSeconds).toBeNull();
  });

  it('needs no gate and no step, and is none where there was none', () => {
    const asked = journal([
      5,
      { type: 'rollback-begun', reason: { cause: 'request', text: 'ada asked for it' } },
    ]);
    const found = reportRollback(plan, asked, load(['before', 1, 0]));
    expect(found).toMatchObject({ cause: 'request', step: 'no step', reason: 'ada asked for it' });
    expect(found).not.toHaveProperty('gate');
    expect(reportRollback(plan, journal([0, entered('hold')]), load(['before', 1, 0]))).toBeUndefined();
  });
});

it('latency is told before, during and after the cutover, the rollback belonging to it', () => {
  const result = load(['before', 4, 0], ['a', 0, 4], ['rollback', 4, 0], ['after', 4, 0]);
  const { before, during, after } = latencies(result);
  expect([before?.count, before?.max]).toEqual([4, 10]);
  expect([during?.count, during?.max]).toEqual([8, 30]);
  expect([after?.count, after?.max]).toEqual([4, 40]);
  expect(latencies(load(['before', 0, 0]))).toEqual({ before: null, during: null, after: null });
});
