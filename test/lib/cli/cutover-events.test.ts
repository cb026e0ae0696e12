import { expect, it } from 'vitest';
import { sayRecord } from '../../../lib/cli/cutover-events.ts';
import { evolve } from '../../../lib/cutover/evolve.ts';
import { recordAfter } from '../../../lib/cutover/journal.ts';
import type { JournalEvent, JournalRecord } from '../../../lib/cutover/journal-event.ts';
import { initialState } from '../../../lib/cutover/state.ts';
import type { EventCode } from '../../../lib/messages/index.ts';
import { arn, samplePlan } from '../runbook/sample-plan.ts';

const plan = samplePlan();
const by = { user: 'ada', host: 'desk', pid: 1 };
const region = 'eu-west-1';
const endpoints = (blue: number, green: number) => [
  { id: arn.entrance(region, 'blue'), weight: blue },
  { id: arn.entrance(region, 'green'), weight: green },
  { id: arn.foreign, weight: 7 },
];

/** What is said of each of these events, in the order in which a journal holds them. */
function saidOf(...events: readonly JournalEvent[]): { code: EventCode; data: object }[][] {
  let state = initialState(plan);
  let last: JournalRecord | undefined;
  return events.map((event, index) => {
    last = recordAfter(last, event, 1000 * index, 1);
    state = evolve(plan, state, last);
    const said: { code: EventCode; data: object }[] = [];
    sayRecord((code, data) => said.push({ code, data }), plan, last, state);
    return said;
  });
}

const lastOf = (...events: readonly JournalEvent[]) => saidOf(...events).at(-1);
const started: JournalEvent = { type: 'started', plan: plan.digest, by };
const entered = (index: number): JournalEvent => ({
  type: 'step-entered',
  step: plan.steps[index]?.id ?? '',
});
const gate = {
  gate: 'success-rate',
  region,
  verdict: 'fail',
  value: 0.5,
  limit: 0.999,
  unit: 'ratio',
  samples: 100,
  text: 'half of them',
} as const;

it('says how a cutover begins and goes on', () => {
  const about = { plan: plan.id, from: 'blue', to: 'green', steps: plan.steps.map(({ id }) => id) };
  expect(lastOf(started)).toEqual([{ code: 'cutover.started', data: about }]);
  expect(lastOf(started, entered(1), { type: 'resumed', by })).toEqual([
    { code: 'cutover.resumed', data: { ...about, records: 2, step: 'eu-west-1/migrate', index: 2 } },
  ]);
});

it('says each step, a share only where there is one', () => {
  expect(lastOf(started, entered(0))).toEqual([
    {
      code: 'cutover.step',
      data: { step: 'eu-west-1/preflight', kind: 'preflight', region, index: 1, of: 20 },
    },
  ]);
  expect(lastOf(started, entered(5))).toEqual([
    {
      code: 'cutover.step',
      data: { step: 'eu-west-1/shift-25', kind: 'shift', region, index: 6, of: 20, share: 25 },
    },
  ]);
});

it('names weights by colour, and others by their id', () => {
  const done = (blue: number, green: number): JournalEvent => ({
    type: 'done',
    region,
    result: { kind: 'set-weights', endpoints: endpoints(blue, green), written: true },
  });
  expect(lastOf(started, entered(5), done(75, 25))).toEqual([
    {
      code: 'cutover.weights',
      data: { region, weights: { blue: 75, green: 25, [arn.foreign]: 7 }, direction: 'forward' },
    },
  ]);
  const back: JournalEvent = {
    type: 'rollback-begun',
    reason: { cause: 'gate', text: 'too many errors', step: 'eu-west-1/shift-25', gates: [gate] },
  };
  expect(saidOf(started, entered(5), back, done(255, 0)).slice(2)).toEqual([
    [
      {
        code: 'cutover.rolling-back',
        data: { cause: 'gate', text: 'too many errors', step: 'eu-west-1/shift-25' },
      },
    ],
    [
      {
        code: 'cutover.weights',
        data: { region, weights: { blue: 255, green: 0, [arn.foreign]: 7 }, direction: 'back' },
      },
    ],
  ]);
});

it('says what is done when it is done, and nothing while it is waited for', () => {
  const done = (result: Extract<JournalEvent, { type: 'done' }>['result']): JournalEvent => ({
    type: 'done',
    region,
    result,
  });
  const migrated = (waitingFor: string[]) => done({ kind: 'migrate', services: 2, objects: 5, waitingFor });
  expect(lastOf(started, entered(1), migrated(['shop/front']))).toEqual([]);
  expect(lastOf(started, entered(1), migrated([]))).toEqual([
    { code: 'cutover.migrated', data: { region, services: 2, objects: 5 } },
  ]);
  expect(lastOf(started, entered(2), done({ kind: 'verify', services: 2, waitingFor: ['x'] }))).toEqual([]);
  expect(lastOf(started, entered(2), done({ kind: 'verify', services: 2, waitingFor: [] }))).toEqual([
    { code: 'cutover.verified', data: { region, services: 2 } },
  ]);
  const floor = { namespace: 'shop', revision: 'front-00001', pods: 4 };
  const floors = [
    { ...floor, colour: 'blue' as const },
    { ...floor, colour: 'green' as const },
  ];
  expect(
    lastOf(
      started,
      entered(3),
      done({ kind: 'read-floors', floors }),
      done({ kind: 'set-floors', waitingFor: [] }),
    ),
  ).toEqual([{ code: 'cutover.floors', data: { region, floors: 2, pods: 8 } }]);
  expect(
    lastOf(started, entered(7), done({ kind: 'drain', colour: 'blue', waitingFor: ['a gateway'] })),
  ).toEqual([]);
  expect(lastOf(started, entered(7), done({ kind: 'drain', colour: 'blue', waitingFor: [] }))).toEqual([
    { code: 'cutover.drained', data: { region, colour: 'blue' } },
  ]);
});

it('says what failed, what the gates said, why it holds and how it ended', () => {
  const failure = { code: 'traffic.unavailable', message: 'no answer', retry: true };
  expect(lastOf(started, { type: 'failed', command: 'sample', region, failure })).toEqual([
    { code: 'cutover.command-failed', data: { command: 'sample', ...failure } },
  ]);
  expect(lastOf(started, entered(4), { type: 'judged', step: 'eu-west-1/shift-0.5', gates: [gate] })).toEqual(
    [{ code: 'cutover.gates', data: { step: 'eu-west-1/shift-0.5', verdict: 'fail', gates: [gate] } }],
  );
  const reason = {
    code: 'gate.inconclusive',
    text: 'too few',
    next: 'zeroshift cutover --resume',
    exit: 4 as const,
  };
  expect(lastOf(started, { type: 'held', reason })).toMatchObject([
    { code: 'cutover.held', data: { code: 'gate.inconclusive', text: 'too few', next: reason.next } },
  ]);
  const ended = (outcome: 'completed' | 'rolled-back' | 'finalized') =>
    lastOf(started, { type: 'ended', outcome })?.[0];
  expect(ended('completed')).toMatchObject({
    code: 'cutover.ended',
    data: { next: expect.stringContaining('finalize') },
  });
  expect(ended('rolled-back')).toEqual({
    code: 'cutover.ended',
    data: { outcome: 'rolled-back', plan: plan.id },
  });
  expect(ended('finalized')).toEqual({
    code: 'cutover.ended',
    data: { outcome: 'finalized', plan: plan.id },
  });
});
