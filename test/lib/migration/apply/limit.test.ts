import { expect, it } from 'vitest';
import { ClusterError } from '../../../../lib/clusters/cluster-error.ts';
import { AdaptiveLimit } from '../../../../lib/migration/apply/limit.ts';
import { SimulatedClock } from '../../../helpers/simulated-clock.ts';

const call = { cluster: 'green', what: 'apply' };
const failure = (status: number, retryAfterMs?: number): ClusterError =>
  new ClusterError(call, {
    reason: 'passing',
    status,
    why: 'busy',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

/** Calls that are answered by hand. */
function start(limit: AdaptiveLimit, count: number) {
  const open: { readonly answer: () => void; readonly fail: (error: Error) => void }[] = [];
  const all = Array.from({ length: count }, () =>
    limit
      .run(() => new Promise<void>((resolve, reject) => open.push({ answer: resolve, fail: reject })))
      .catch(() => undefined),
  );
  return { open, all };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it('lets a few through at a time, more after fast answers, and never more than its ceiling', async () => {
  const limit = new AdaptiveLimit(new SimulatedClock());
  const { open } = start(limit, 2_000);
  await settle();
  expect(open.length).toBe(16);
  let begun = 0;
  while (begun < open.length) {
    for (; begun < open.length; begun++) open[begun]?.answer();
    await settle();
  }
  expect(limit.size).toBe(64);
});

it('does not grow on slow answers', async () => {
  const clock = new SimulatedClock();
  const limit = new AdaptiveLimit(clock);
  for (let index = 0; index < 100; index++)
    await limit.run(async () => clock.advance(index === 0 ? 60 : 400));
  expect(limit.size).toBe(16);
});

it('is halved once for all calls that were under way, and never below one', async () => {
  const limit = new AdaptiveLimit(new SimulatedClock());
  const { open, all } = start(limit, 16);
  await settle();
  for (const one of open) one.fail(failure(429));
  await Promise.all(all);
  expect(limit.size).toBe(8);
  for (let index = 0; index < 9; index++)
    await limit.run(() => Promise.reject(failure(503))).catch(() => undefined);
  expect(limit.size).toBe(1);
  // A server error says nothing of its load.
  await limit.run(() => Promise.reject(failure(500))).catch(() => undefined);
  expect(limit.size).toBe(1);
});

it('begins nothing while the API server asks to wait, and a minute at most', async () => {
  const clock = new SimulatedClock();
  const limit = new AdaptiveLimit(clock);
  const before = clock.now();
  await limit.run(() => Promise.reject(failure(429, 7_000))).catch(() => undefined);
  let began = 0;
  await limit.run(async () => {
    began = clock.now();
  });
  expect(began - before).toBe(7_000);
  await limit.run(() => Promise.reject(failure(503, 3_600_000))).catch(() => undefined);
  await limit.run(async () => {
    began = clock.now();
  });
  expect(began - before).toBe(67_000);
});

it('knows for how long nothing but failures was heard', async () => {
  const clock = new SimulatedClock();
  const limit = new AdaptiveLimit(clock);
  await limit.run(() => Promise.reject(failure(500))).catch(() => undefined);
  clock.advance(5_000);
  await limit.run(() => Promise.reject(failure(500))).catch(() => undefined);
  expect(limit.silentFor).toBe(5_000);
  const refusal = new ClusterError(call, { reason: 'refused', status: 422, why: 'no' });
  await limit.run(() => Promise.reject(refusal)).catch(() => undefined);
  expect(limit.silentFor).toBe(0);
});
