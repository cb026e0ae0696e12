import { describe, expect, it } from 'vitest';
import { leastGrace } from '../../../constructs/service/ending.ts';
import { type EndingProps, renderService, serviceProblems } from '../../../constructs/service/index.ts';

const service = (ending: EndingProps) => ({ name: 'reports', image: 'ghcr.io/team/reports:1.0', ...ending });
const grace = (ending: EndingProps) => renderService(service(ending)).spec.template.spec.timeoutSeconds;
const problems = (ending: EndingProps, serving?: Parameters<typeof serviceProblems>[1]) =>
  serviceProblems(service(ending), serving).map(
    ({ where, value, allowed }) => `${where} ${value}: ${allowed}`,
  );

/** What a pod needs that is told to end now, second by second, as Knative does it. */
function secondsToEnd(lastArrival: number, longest: number, drain: number): number {
  // SIGTERM comes 30 s after the last request came, whatever is still under way.
  const told = lastArrival + 30;
  const answered = lastArrival + longest;
  return Math.max(told, answered) + drain;
}

describe('how a pod ends', () => {
  it('derives the grace period from the longest request and the drain time', () => {
    expect(grace({})).toBeUndefined();
    expect(grace({ timeout: '120s' })).toBe(120);
    // A short request: queue-proxy's quiet period is what takes longest.
    expect(grace({ longestRequest: '2s' })).toBe(40);
    expect(grace({ longestRequest: '2s', drainTime: '15s' })).toBe(55);
    expect(grace({ longestRequest: '2m', drainTime: '15s' })).toBe(145);
    expect(grace({ longestRequest: '2m', drainTime: '15s', timeout: '5m' })).toBe(300);
  });

  it('leaves no request to be cut that comes within ten seconds', () => {
    for (const longest of [1, 29, 30, 31, 90])
      for (const drain of [0, 5, 60])
        for (const arrival of [0, 3, 10])
          expect(secondsToEnd(arrival, longest, drain)).toBeLessThanOrEqual(
            leastGrace({ longestRequest: `${longest}s`, drainTime: `${drain}s` }) ?? 0,
          );
  });

  it('refuses times that contradict each other, with the sum', () => {
    expect(problems({ longestRequest: '2m', drainTime: '15s' })).toEqual([]);
    expect(problems({ longestRequest: '2m', drainTime: '15s', timeout: '130s' })).toEqual([
      'timeout 130s: nothing, or at least 145s: 10s in which requests still come + 120s for the longest request + 15s of drain time',
    ]);
    expect(problems({ longestRequest: '10m' })).toEqual([
      'longestRequest 10m: at most 600s in all (max-revision-timeout-seconds): 10s in which requests still come + 600s for the longest request are 610s',
    ]);
    expect(
      problems({ longestRequest: '10m' }, { defaults: { 'max-revision-timeout-seconds': '900' } }),
    ).toEqual([]);
    expect(problems({ drainTime: '5s', timeout: '60s' })).toEqual([
      'drainTime 5s: nothing without longestRequest: the grace period cannot be derived',
    ]);
  });
});
