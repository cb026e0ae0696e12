import { describe, expect, it } from 'vitest';
import { busyServices, nextProbes } from '../../../../lib/cutover/gates/quiet.ts';
import { services, withRevisions } from '../../../../lib/cutover/gates/services.ts';
import { emptyTally } from '../../../../lib/cutover/gates/tally.ts';
import type { CutoverPlan, PlanPolicy, RegionFacts } from '../../../../lib/cutover/plan.ts';

const policy = {
  gates: { minSuccessRate: 0.999, maxErrorRatio: 2, minSamples: 100 },
} as unknown as PlanPolicy;
const traffic = (requests: number, errors: number) => ({ active: 0, requests, errors });
const zero = { cart: traffic(0, 0), pay: traffic(0, 0) };

const judged = (source: object, target: object) =>
  services(
    'eu-west-1',
    'green',
    withRevisions(
      {},
      { source: zero, target: zero },
      { source: { ...zero, ...source }, target: { ...zero, ...target } },
      2,
    ),
    1,
    policy,
    0.0004,
  );

describe('services with traffic', () => {
  it('one that is worse is found, however small its part of the colour', () => {
    const busy = { cart: traffic(1_000_000, 10) };
    const gate = judged({ ...busy, pay: traffic(200, 0) }, { ...busy, pay: traffic(200, 60) });
    expect(gate).toMatchObject({ verdict: 'fail', value: 1 });
    expect(gate.text).toContain('pay 30.00 % errors (0.00 % on the other colour)');
  });

  it('one that has always had errors is no finding, also where it can no longer be compared', () => {
    expect(judged({ cart: traffic(1000, 300) }, { cart: traffic(1000, 310) }).verdict).toBe('pass');
    expect(judged({ cart: traffic(5, 0) }, { cart: traffic(1000, 300) }).verdict).toBe('pass');
  });

  it('counters that fell are left out', () => {
    const first = { source: { cart: traffic(100, 0) }, target: { cart: traffic(100, 0) } };
    const last = { source: { cart: traffic(200, 0) }, target: { cart: traffic(50, 50) } };
    expect(withRevisions({}, first, last, 2)).toEqual({});
  });
});

const count = 50;
const facts = {
  region: 'eu-west-1',
  services: Array.from({ length: count }, (_, i) => ({
    namespace: 'shop',
    name: `s-${i}`,
    hosts: [`s-${i}.example.com`],
    ...(i === 7 ? { probe: false } : {}),
  })),
} as unknown as RegionFacts;
const planOf = (most: number) =>
  ({ to: 'green', policy: { gates: { probes: { perSecond: 4, most } } } }) as unknown as CutoverPlan;

/** All that is probed in a step, second by second. */
function probed(plan: CutoverPlan, step: string, tally = emptyTally(1)): string[] {
  const all: string[] = [];
  let next: number | undefined = 0;
  while (next !== undefined) {
    const command = nextProbes(plan, step, facts, { probes: [], next, count: all.length }, tally);
    expect(command.services?.length).toBeLessThanOrEqual(4);
    all.push(...(command.services ?? []));
    next = command.next;
  }
  return all;
}

describe('quiet services', () => {
  const count1 = { bad: 0, total: 1 };
  const answered = {
    ...emptyTally(1),
    services: { 'shop/s-1-00001': { source: count1, target: count1, errors: [] } },
  };

  it('are probed once each, but for those with traffic and those that do not want it', () => {
    expect([...busyServices(facts.services, answered)]).toEqual(['shop/s-1']);
    const all = probed(planOf(1000), 'a/5', answered);
    expect(new Set(all).size).toBe(all.length);
    expect(all).toHaveLength(count - 2);
    expect(all).not.toContain('shop/s-7');
    expect(all).not.toContain('shop/s-1');
  });

  it('are no more than may be in a step, and others in the next one', () => {
    const [a, b] = [probed(planOf(10), 'a/5'), probed(planOf(10), 'a/50')];
    expect([a?.length, b?.length]).toEqual([10, 10]);
    expect(a).not.toEqual(b);
    expect(probed(planOf(10), 'a/5')).toEqual(a);
  });
});
