import { describe, expect, it } from 'vitest';
import { Account, type Outcome } from '../../../../lib/rehearsal/load/account.ts';
import { latencyOver, lostReasons } from '../../../../lib/rehearsal/load/result.ts';
import { seededRandom } from '../../../../lib/rehearsal/random.ts';

const answered = (colour: 'blue' | 'green', newFlow = false): Outcome => ({ lost: false, colour, newFlow });
const failed = (colour?: 'green'): Outcome => ({
  lost: true,
  reason: 'status',
  detail: 'status 503, expected 200',
  colour,
  newFlow: true,
});

describe('Account', () => {
  it('labels by the scheduled arrival, not by when it was sent or ended', () => {
    const account = new Account(1_000_000, 1, 'before');
    const early = account.schedule(90, 'a', 60);
    account.setPhase('step 25 %', 100);
    // Scheduled before the phase, sent after it: belongs to the phase before.
    const late = account.schedule(99, 'a', 10);
    const next = account.schedule(100, 'a', 0);
    for (const entry of [early, late, next]) account.end(entry, answered('blue'), 200);
    expect(account.result(300).phases.map(({ name, scheduled }) => [name, scheduled])).toEqual([
      ['before', 2],
      ['step 25 %', 1],
    ]);
    expect(account.result(300).generator.worstDelayMs).toBe(60);
  });

  it('counts a lost request, its flow and its time at the colour that it reached, and unknown where no answer said', () => {
    const account = new Account(1_000_000, 1, 'before');
    account.end(account.schedule(0, 'a', 0), answered('blue', true), 4);
    account.end(account.schedule(10, 'b', 0), failed('green'), 30);
    account.end(account.schedule(2500, 'b', 0), failed(), 2600);
    const result = account.result(3000);
    expect(result.totals).toEqual({ scheduled: 3, answered: 1, lost: 2 });
    const [phase] = result.phases;
    expect(phase?.requests).toEqual({ blue: 1, green: 1, unknown: 1 });
    expect(phase?.requestShare).toEqual({ blue: 50, green: 50 });
    expect(phase?.flows).toEqual({ blue: 1, green: 1, unknown: 1 });
    expect(phase?.flowShare).toEqual({ blue: 50, green: 50 });
    expect(result.lastLostAt).toEqual({ green: 1_000_030, unknown: 1_002_600 });
    expect(result.lost.map(({ at, service, reason }) => [at, service, reason])).toEqual([
      [1_000_010, 'b', 'status'],
      [1_002_500, 'b', 'status'],
    ]);
    // A second without arrivals is a row too.
    expect(
      result.series.map(({ t, sent, answered, lost, blue, green }) => [t, sent, answered, lost, blue, green]),
    ).toEqual([
      [0, 2, 1, 1, 1, 1],
      [1, 0, 0, 0, 0, 0],
      [2, 1, 0, 1, 0, 0],
    ]);
    // Only what was answered well has a latency.
    expect(phase?.latency).toMatchObject({ count: 1, max: 4 });
  });

  it('keeps the first 100 lost in full and counts all', () => {
    const account = new Account(0, 1, 'before');
    for (let at = 0; at < 150; at++) account.end(account.schedule(at, 'a', 0), failed(), at + 1);
    const result = account.result(200);
    expect(result.lost.length).toBe(100);
    expect(result.lostByReason).toEqual({ status: 150 });
  });

  it('keeps its books exact whatever happens: every request is one of each kind, everywhere', () => {
    const random = seededRandom(7);
    const account = new Account(0, 1, 'a');
    const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    for (let i = 0; i < 2000; i++) {
      if (i % 500 === 499) account.setPhase(pick(['a', 'b', 'c']), i * 2);
      const entry = account.schedule(i * 2, pick(['x', 'y']), 0);
      const about = { colour: pick(['blue', 'green', undefined] as const), newFlow: random() < 0.3 };
      const lost = random() < 0.2;
      account.end(
        entry,
        lost ? { lost, reason: pick(lostReasons), detail: '', ...about } : { lost, ...about },
        i * 2 + 5,
      );
    }
    const { totals, phases, services, series, lostByReason } = account.result(5000);
    const sum = <T>(rows: readonly T[], of: (row: T) => number) =>
      rows.reduce((total, row) => total + of(row), 0);
    expect(totals.scheduled).toBe(2000);
    expect(totals.answered + totals.lost).toBe(2000);
    expect(sum(Object.values(lostByReason), Number)).toBe(totals.lost);
    for (const key of ['scheduled', 'answered', 'lost'] as const) {
      expect(sum(phases, (phase) => phase[key])).toBe(totals[key]);
      expect(sum(services, (service) => service[key])).toBe(totals[key]);
    }
    for (const { requests, scheduled, latency, answered } of phases) {
      expect(requests.blue + requests.green + requests.unknown).toBe(scheduled);
      expect(latency?.count).toBe(answered);
    }
    for (const colour of ['blue', 'green'] as const)
      expect(sum(series, (row) => row[colour])).toBe(sum(phases, ({ requests }) => requests[colour]));
    expect(sum(series, ({ sent }) => sent)).toBe(2000);
    expect(sum(series, ({ lost }) => lost)).toBe(totals.lost);
  });

  it('goes on with a phase that comes back, and adds latencies over phases', () => {
    const account = new Account(0, 1, 'a');
    account.end(account.schedule(0, 's', 0), answered('blue'), 10);
    account.setPhase('b', 100);
    account.end(account.schedule(100, 's', 0), answered('green'), 120);
    account.setPhase('a', 200);
    account.end(account.schedule(200, 's', 0), answered('blue'), 230);
    const { phases } = account.result(300);
    expect(phases.map(({ name, scheduled }) => [name, scheduled])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(latencyOver(phases)).toMatchObject({ count: 3, max: 30 });
  });
});
