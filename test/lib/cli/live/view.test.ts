import { expect, it } from 'vitest';
import { emptyView, type View, viewAfter } from '../../../../lib/cli/live/view.ts';
import type { EventCode, EventData, SaidEvent } from '../../../../lib/messages/index.ts';

const said = <K extends EventCode>(event: K, data: EventData<K>): SaidEvent =>
  ({ event, at: '', level: 'info', ...data }) as unknown as SaidEvent;
const after = (...events: readonly SaidEvent[]): View => events.reduce(viewAfter, emptyView(0));

const steps = ['r/preflight', 'r/shift-5', 'r/shift-100'];
const about = { plan: 'p', from: 'blue', to: 'green', steps };
const started = said('cutover.started', about);
const step = (index: number) =>
  said('cutover.step', { step: steps[index - 1] ?? '', kind: 'shift', region: 'r', index, of: 3 });

it('follows a cutover from its start to its end', () => {
  expect(after(started)).toMatchObject({ title: 'blue → green', steps, step: -1, mode: 'forward' });
  expect(after(started, step(1), step(2))).toMatchObject({ step: 1, mode: 'forward' });
  const ended = said('cutover.ended', { outcome: 'completed', plan: 'p' });
  expect(after(started, step(3), ended)).toMatchObject({ step: 3, mode: 'ended', outcome: 'completed' });
});

it('shows a rollback in the step where it began, and keeps it there when it has ended', () => {
  const back = said('cutover.rolling-back', { cause: 'gate', text: 'too many errors' });
  const ended = said('cutover.ended', { outcome: 'rolled-back', plan: 'p' });
  expect(after(started, step(2), back)).toMatchObject({ step: 1, mode: 'back' });
  expect(after(started, step(2), back, ended)).toMatchObject({
    step: 1,
    mode: 'ended',
    outcome: 'rolled-back',
  });
});

it('goes on where a resumed cutover stands', () => {
  const resumed = said('cutover.resumed', { ...about, records: 12, step: 'r/shift-5', index: 2 });
  expect(after(resumed)).toMatchObject({ step: 1, steps, mode: 'forward' });
});

it('shows what is waited for until something comes of it', () => {
  const waiting = said('cutover.waiting', { reason: 'the accelerator' });
  expect(after(started, waiting).waiting).toBe('the accelerator');
  for (const next of [
    step(1),
    said('cutover.deployed', { region: 'r' }),
    said('cutover.rolling-back', { cause: 'request', text: '' }),
    said('cutover.held', { code: 'c', text: '', next: '' }),
    said('cutover.ended', { outcome: 'completed', plan: 'p' }),
  ])
    expect(after(started, waiting, next).waiting).toBe('');
});

it('shows the weights of a group that has both colours', () => {
  const weights = (given: Record<string, number>) =>
    said('cutover.weights', { region: 'r', weights: given, direction: 'forward' });
  expect(after(weights({ blue: 75, green: 25, other: 9 })).weights).toEqual({ blue: 75, green: 25 });
  expect(after(weights({ blue: 75, green: 25 }), weights({ other: 9 })).weights).toEqual({
    blue: 75,
    green: 25,
  });
});

it('counts by the totals of the load: a second may be skipped, and a request may be lost long after its second', () => {
  const second = (t: number, sent: number, lost: number) =>
    said('rehearsal.second', {
      t,
      sent: 250,
      answered: 250,
      lost: 0,
      blue: 250,
      green: 0,
      p50: 9,
      p99: 20,
      totals: { sent, lost },
    });
  expect(after(second(1, 500, 0), second(4, 1250, 2))).toMatchObject({ sent: 1250, lost: 2 });
});
