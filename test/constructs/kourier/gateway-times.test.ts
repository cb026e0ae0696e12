import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EntranceTimes, gatewayTimes } from '../../../constructs/kourier/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';

const problems = (entrance: EntranceTimes): string[] => {
  try {
    gatewayTimes(entrance);
  } catch (error) {
    if (error instanceof ZeroshiftError && error.code === 'kourier.times')
      return error.problems.map(({ where, value, allowed }) => `${where} ${value}: ${allowed}`);
    throw error;
  }
  return [];
};

/** Envoy's last answer and its wait for the client's end. */
const closing = 6;

describe("the gateway's times", () => {
  it('follow from the defaults of an entrance', () => {
    expect(gatewayTimes()).toEqual({
      notice: 86,
      idle: 208,
      preStop: 686,
      drain: 686,
      terminationGracePeriod: 701,
      minReady: 20,
      progressDeadline: 620,
      replacement: 781,
    });
  });

  it('keep every inequality for all entrances that are accepted', () => {
    const seconds = (min: number, max: number) => fc.integer({ min, max });
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.record({
          idleTimeout: seconds(340, 6000),
          deregistrationDelay: seconds(0, 3600),
          healthCheckInterval: fc.oneof(seconds(5, 300), fc.double({ min: 5, max: 300, noNaN: true })),
          healthyThreshold: seconds(2, 10),
          unhealthyThreshold: seconds(2, 10),
          propagation: seconds(0, 180),
          longestRequest: seconds(1, 3600),
        }),
        fc.option(seconds(1, 400)),
        (times, gatewayIdle) => {
          const entrance = gatewayIdle === null ? times : { ...times, gatewayIdle };
          if (problems(entrance).length > 0) return;
          accepted++;
          const derived = gatewayTimes(entrance);
          for (const value of Object.values(derived)) expect(Number.isInteger(value)).toBe(true);
          const check = Math.min(6, times.healthCheckInterval - 1);
          expect(derived.notice).toBeGreaterThanOrEqual(
            times.unhealthyThreshold * times.healthCheckInterval + check + times.propagation,
          );
          expect(derived.idle).toBeGreaterThanOrEqual(1);
          expect(derived.idle + closing).toBeLessThan(340);
          expect(derived.notice + derived.idle + closing).toBeLessThanOrEqual(times.deregistrationDelay);
          expect(derived.preStop).toBeGreaterThanOrEqual(derived.notice + derived.idle + closing);
          expect(derived.preStop).toBeGreaterThanOrEqual(derived.notice + times.longestRequest);
          expect(derived.drain).toBeGreaterThanOrEqual(derived.preStop);
          expect(derived.terminationGracePeriod).toBeGreaterThan(derived.preStop);
          expect(derived.minReady).toBeGreaterThanOrEqual(times.healthyThreshold * times.healthCheckInterval);
          expect(derived.minReady).toBeLessThan(derived.progressDeadline);
          expect(derived.replacement).toBeGreaterThan(derived.minReady + derived.terminationGracePeriod);
        },
      ),
      { seed: 20_261_124, numRuns: 1000 },
    );
    // The property would also hold if nothing were accepted.
    expect(accepted).toBeGreaterThan(100);
  });

  it.each<[string, EntranceTimes, string[]]>([
    [
      'an NLB that forgets before the accelerator',
      { idleTimeout: 300 },
      ["entrance.idleTimeout 300s: at least the accelerator's idle time, 340s"],
    ],
    [
      'an idle time of the gateway that reaches the accelerator',
      { gatewayIdle: 335, deregistrationDelay: 600 },
      ["entrance.gatewayIdle 335s: at most 330s, 10s less than the accelerator's idle time, 340s"],
    ],
    [
      'an idle time that is none',
      { gatewayIdle: 0 },
      ['entrance.gatewayIdle 0s: at least 1s; 0 would keep connections for ever'],
    ],
    [
      'flows that end before the gateway has',
      { deregistrationDelay: 100 },
      [
        'entrance.deregistrationDelay 100s: at least 122s: 86s until the entrance has noticed (2 checks every 10s), and 36s until the gateway has closed idle connections',
      ],
    ],
    [
      'checks that come too seldom, in the words of the caller',
      { where: 'fleet.entrance', healthCheckInterval: 300 },
      [
        'fleet.entrance.deregistrationDelay 300s: at least 702s: 666s until the entrance has noticed (2 checks every 300s), and 36s until the gateway has closed idle connections',
      ],
    ],
    [
      'an answer that is waited for longer than until the next check',
      { healthCheckTimeout: 10 },
      ['entrance.healthCheckTimeout 10s: less than the time between two checks, 10s'],
    ],
  ])('refuse %s, with both values', (_, entrance, expected) => {
    expect(problems(entrance)).toEqual(expected);
  });

  it('name every contradiction at once', () => {
    expect(problems({ idleTimeout: 60, gatewayIdle: 350, deregistrationDelay: 0 })).toHaveLength(3);
  });
});
