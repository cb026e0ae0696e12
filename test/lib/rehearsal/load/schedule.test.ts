import { describe, expect, it } from 'vitest';
import { type ScheduleOptions, schedule } from '../../../../lib/rehearsal/load/schedule.ts';

const target = (service: string, weight: number) => ({
  service,
  host: `${service}.example.com`,
  path: '/',
  weight,
  expectedStatus: 200,
  deadlineMs: 1000,
});
const options: ScheduleOptions = {
  targets: [target('a', 3), target('b', 1)],
  rate: 250,
  arrivals: 'poisson',
  seed: 7,
  maxRequests: 20_000,
  maxDurationMs: 1e9,
  freshShare: 0.3,
  http2Share: 0,
};

describe('schedule', () => {
  it('is the same for the same seed and another for another', () => {
    const first = [...schedule(options)];
    expect([...schedule(options)]).toEqual(first);
    expect([...schedule({ ...options, seed: 8 })].map(({ at }) => at)).not.toEqual(first.map(({ at }) => at));
  });

  it('keeps rate, weights, the fresh share and the spread of a Poisson process', () => {
    const arrivals = [...schedule(options)];
    expect(arrivals.length).toBe(20_000);
    expect((arrivals.length * 1000) / (arrivals.at(-1)?.at ?? 0)).toBeCloseTo(250, -1);
    expect(arrivals.filter(({ target }) => target.service === 'a').length / 20_000).toBeCloseTo(0.75, 1);
    expect(arrivals.filter(({ fresh }) => fresh).length / 20_000).toBeCloseTo(0.3, 1);
    const gaps = arrivals.slice(1).map(({ at }, index) => at - (arrivals[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    const deviation = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - 4) ** 2, 0) / gaps.length);
    // Exponential gaps deviate by their mean.
    expect(deviation).toBeCloseTo(4, 0);
  });

  it('spaces uniform arrivals evenly and ends at the time or count that comes first', () => {
    const uniform = { ...options, arrivals: 'uniform' as const };
    expect([...schedule({ ...uniform, maxRequests: 3 })].map(({ at }) => at)).toEqual([0, 4, 8]);
    expect([...schedule({ ...uniform, maxDurationMs: 12 })].map(({ at }) => at)).toEqual([0, 4, 8]);
  });

  it('changes no other draw when the fresh share changes', () => {
    const more = [...schedule({ ...options, freshShare: 0.9 })];
    expect(more.map(({ at, target }) => [at, target])).toEqual(
      [...schedule(options)].map(({ at, target }) => [at, target]),
    );
  });
});
