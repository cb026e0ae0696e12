import { describe, expect, it } from 'vitest';
import type { RegionSample } from '../../../lib/cutover/commands.ts';
import { type Evidence, judge, verdictOf } from '../../../lib/cutover/gates.ts';
import type { PlanPolicy } from '../../../lib/cutover/plan.ts';
import { type GatewaySample, unbounded } from '../../../lib/metrics/metrics-port.ts';

const policy: PlanPolicy = {
  bake: '5m',
  patience: '15m',
  hold: '1h',
  deployTimeout: '15m',
  readyTimeout: '10m',
  drainQuiet: '60s',
  drainTimeout: '10m',
  gates: {
    minSuccessRate: 0.999,
    maxLatencyRatio: 1.5,
    latencyFloor: '50ms',
    shareTolerance: 10,
    minSamples: 100,
    falseAlarm: 0.01,
    maxErrorRatio: 2,
    errorFloor: 0.0005,
  },
};

/** Of each test; a plan of four steps and a hold. */
const alarm = 0.01 / 25;

interface Traffic {
  requests: number;
  errors?: number;
  flows?: number;
  /** Requests that took longer than 100 ms, of 400 at most; the others took less than 40. */
  slow?: number;
  sources?: string[];
}

const none: GatewaySample = {
  at: 0,
  flows: 0,
  openFlows: 0,
  requests: 0,
  errors: 0,
  latency: [40, 100, 400, unbounded].map((le) => ({ le, count: 0 })),
  sources: ['pod'],
};

const after = ({
  requests,
  errors = 0,
  flows = requests,
  slow = 0,
  sources = ['pod'],
}: Traffic): GatewaySample => ({
  ...none,
  at: 1000,
  flows,
  requests,
  errors,
  sources,
  latency: [
    { le: 40, count: requests - slow },
    { le: 100, count: requests - slow },
    { le: 400, count: requests },
    { le: unbounded, count: requests },
  ],
});

const evidence = (blue: Traffic, green: Traffic, more: Partial<Evidence> = {}): Evidence => {
  const endpoints: RegionSample['endpoints'] = [{ id: 'green-nlb', weight: 50, health: 'HEALTHY' }];
  return {
    region: 'eu-west-1',
    from: 'blue',
    to: 'green',
    targetEndpoint: 'green-nlb',
    share: 50,
    first: { colours: { blue: none, green: none }, endpoints },
    last: { colours: { blue: after(blue), green: after(green) }, endpoints },
    probes: [{ url: 'http://hello/', ok: true, status: 200, latency: 5 }],
    ...more,
  };
};

const verdicts = (given: Evidence) =>
  Object.fromEntries(judge(given, policy, alarm).map(({ gate, verdict }) => [gate, verdict]));

describe('gates', () => {
  it('pass when the target is as good as the source and the share arrives', () => {
    const gates = judge(evidence({ requests: 1000 }, { requests: 1000 }), policy, alarm);
    expect(verdictOf(gates)).toBe('pass');
    for (const gate of gates)
      expect(gate).toMatchObject({ limit: expect.any(Number), value: expect.any(Number) });
  });

  it('no data is never a pass', () => {
    expect(verdicts(evidence({ requests: 1000 }, { requests: 0 }))).toMatchObject({
      'success-rate': 'inconclusive',
      'latency-p99': 'inconclusive',
    });
    expect(verdictOf([])).toBe('inconclusive');
    // A gateway that was replaced has forgotten what it counted.
    expect(verdicts(evidence({ requests: 1000 }, { requests: 1000, sources: ['another'] }))).toMatchObject({
      'success-rate': 'inconclusive',
      share: 'inconclusive',
    });
    expect(verdicts(evidence({ requests: 1000 }, { requests: 99 }))['success-rate']).toBe('inconclusive');
  });

  it('what is no number never passes', () => {
    for (const green of [{ requests: Number.NaN }, { requests: 1000, errors: Number.NaN }])
      expect(verdicts(evidence({ requests: 1000 }, green))['success-rate']).toBe('inconclusive');
    expect(verdicts(evidence({ requests: 1000 }, { requests: Number.NaN }))).not.toMatchObject({
      errors: 'pass',
    });
    expect(verdicts(evidence({ requests: 1000 }, { requests: 1000, errors: Number.NaN }))).not.toMatchObject({
      errors: 'pass',
    });
  });

  it.each([
    [1000, 0, 'pass'],
    [1000, 1, 'pass'],
    // Two of a thousand where one may be: that happens by chance in one case of four.
    [1000, 2, 'inconclusive'],
    // Looked at once this would be enough; it may be looked at every second.
    [1000, 8, 'inconclusive'],
    [1000, 10, 'fail'],
    // So many that few samples are enough.
    [20, 20, 'fail'],
    [5, 3, 'fail'],
    [5, 1, 'inconclusive'],
  ])('of %i answers %i bad: %s', (requests, errors, verdict) => {
    expect(verdicts(evidence({ requests: 1000 }, { requests, errors }))['success-rate']).toBe(verdict);
  });

  it.each([
    [1000, 0, 'pass'],
    [1000, 10, 'pass'],
    [1000, 15, 'inconclusive'],
    [1000, 60, 'fail'],
  ])('of %i answers %i slower than the limit: %s', (requests, slow, verdict) => {
    expect(verdicts(evidence({ requests: 1000 }, { requests, slow }))['latency-p99']).toBe(verdict);
  });

  it('is only as strict as the source is fast at the same time, and knows it from before where it has no traffic', () => {
    const slowGreen = { requests: 1000, slow: 900 };
    expect(verdicts(evidence({ requests: 1000, slow: 900 }, slowGreen))['latency-p99']).toBe('pass');
    expect(verdicts(evidence({ requests: 0 }, slowGreen, { share: 100, baseline: 20 }))['latency-p99']).toBe(
      'fail',
    );
    expect(verdicts(evidence({ requests: 0 }, slowGreen, { share: 100 }))['latency-p99']).toBe(
      'inconclusive',
    );
  });

  it('a share that does not arrive holds, and does not roll back', () => {
    expect(verdicts(evidence({ requests: 900 }, { requests: 100 }))).toMatchObject({ share: 'inconclusive' });
    expect(verdicts(evidence({ requests: 550 }, { requests: 450 }))).toMatchObject({ share: 'pass' });
  });

  it('an unhealthy entrance and a failed probe fail', () => {
    const given = evidence({ requests: 1000 }, { requests: 1000 });
    const endpoints: RegionSample['endpoints'] = [{ id: 'green-nlb', weight: 50, health: 'UNHEALTHY' }];
    expect(verdicts({ ...given, last: { ...given.last, endpoints } }).health).toBe('fail');
    const probes = [{ url: 'http://hello/', ok: false, status: 503, latency: 5 }];
    expect(verdicts({ ...given, probes }).probes).toBe('fail');
    expect(verdictOf(judge({ ...given, probes }, policy, alarm))).toBe('fail');
  });
});
