import { expect, test } from 'vitest';
import {
  ask,
  keepAlive,
  podSpec,
  point,
  standUp,
  startLoad,
  startPlane,
  startPods,
  until,
} from './support.ts';

test('pods that come and go under load lose nothing', async () => {
  const { address, plane, pods } = await standUp(3, { answerMs: 5 });
  const load = startLoad(address, 20);
  const live = [...pods];
  for (let round = 0; round < 4; round++) {
    const before = load.answered;
    await until('the load goes on', () => load.answered > before + 50);
    const [fresh] = await startPods(plane, 1, { answerMs: 5 });
    const old = live.shift();
    if (fresh !== undefined) live.push(fresh);
    point(plane, live);
    await old?.stop(10_000);
    await expect(ask(old?.address ?? '')).rejects.toThrow('ECONNREFUSED');
  }
  const { answered, wrong } = await load.stop();
  expect(wrong).toEqual([]);
  expect(answered).toBeGreaterThan(200);
});

test('a pod finishes what it has, and is cut when its grace is over', async () => {
  const plane = await startPlane({ quietPeriodMs: 20 });
  const [patient, hasty] = await startPods(plane, 2, { answerMs: 400 });
  const kept = ask(patient?.address ?? '');
  const cut = ask(hasty?.address ?? '').catch((error: Error) => error.message);
  await until('both have a request', () => (patient?.scrape().requestsPerSecond ?? 0) > 0);
  await until('both have a request', () => (hasty?.scrape().requestsPerSecond ?? 0) > 0);
  await Promise.all([patient?.stop(10_000), hasty?.stop(100)]);
  expect((await kept).status).toBe(200);
  expect(await cut).toMatch(/socket hang up|ECONNRESET/);
});

test('each request extends the quiet period', async () => {
  const plane = await startPlane({ quietPeriodMs: 150 });
  const [pod] = await startPods(plane, 1);
  const started = performance.now();
  const gone = pod?.stop(10_000).then(() => performance.now());
  let last = started;
  while (last - started < 400) {
    last = performance.now();
    expect((await ask(pod?.address ?? '')).status).toBe(200);
  }
  expect(((await gone) ?? 0) - last).toBeGreaterThanOrEqual(150);
});

test('a late timer does not close on a request that has arrived meanwhile', async () => {
  const plane = await startPlane({ quietPeriodMs: 50 });
  const [pod] = await startPods(plane, 1);
  const agent = keepAlive();
  await ask(pod?.address ?? '', { agent });
  const gone = pod?.stop(10_000);
  // Of a turn of the event loop only the end is left: the next one begins with the timers that are due.
  await new Promise((resolve) => setImmediate(resolve));
  const answer = ask(pod?.address ?? '', { agent });
  await new Promise((resolve) => process.nextTick(resolve));
  // The process stands still for longer than the quiet period, with the request's bytes already in the socket.
  const until = performance.now() + 200;
  while (performance.now() < until);
  expect((await answer).status).toBe(200);
  await gone;
});

test('a pod that is stopped before it is ready goes, and never says ready', async () => {
  const plane = await startPlane({ quietPeriodMs: 10 });
  const pod = plane.startPod(podSpec('slow', { startupMs: 60_000 }));
  let ready = false;
  void pod.ready.then(() => {
    ready = true;
  });
  await pod.stop(1000);
  expect(ready).toBe(false);
});
