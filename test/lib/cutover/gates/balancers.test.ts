import { expect, it } from 'vitest';
import { balancers } from '../../../../lib/cutover/gates/balancers.ts';
import type { BalancerMinute } from '../../../../lib/metrics/balancer-port.ts';

const watched = {
  region: 'eu-west-1',
  from: 'blue',
  to: 'green',
  since: 1000,
  window: 1,
  alarm: 0.0004,
  minSamples: 100,
};
const minutes = (targetResets: number, flows = 1000): readonly BalancerMinute[] =>
  [0, 1000, 2000].map((at) => ({ at, flows, targetResets, balancerResets: 0, unhealthy: 0 }));
const verdicts = (source: Parameters<typeof balancers>[1], target: Parameters<typeof balancers>[2]) =>
  Object.fromEntries(balancers(watched, source, target).map(({ gate, verdict }) => [gate, verdict]));

it('resets are compared minute by minute with the source', () => {
  expect(verdicts({ minutes: minutes(0) }, { minutes: minutes(5) })).toEqual({
    resets: 'pass',
    hosts: 'pass',
  });
  expect(verdicts({ minutes: minutes(0) }, { minutes: minutes(100) })).toMatchObject({ resets: 'fail' });
  expect(verdicts({ minutes: minutes(100) }, { minutes: minutes(100) })).toMatchObject({ resets: 'pass' });
});

it('no data is never a pass, and minutes of before do not count', () => {
  const none = { minutes: [], error: 'AccessDenied' };
  expect(verdicts({ minutes: minutes(0) }, none)).toEqual({ resets: 'inconclusive', hosts: 'inconclusive' });
  expect(verdicts(none, { minutes: minutes(0) })).toMatchObject({ resets: 'inconclusive' });
  const before = { minutes: minutes(0).slice(0, 1) };
  expect(verdicts(before, before)).toEqual({ resets: 'inconclusive', hosts: 'inconclusive' });
  const unhealthy = minutes(0).map((one) => ({ ...one, unhealthy: 1 }));
  expect(verdicts({ minutes: minutes(0) }, { minutes: unhealthy })).toMatchObject({ hosts: 'inconclusive' });
});
