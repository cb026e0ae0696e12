import { expect, test } from 'vitest';
import { Throttle } from '../../../../../lib/rehearsal/cluster/data-plane/throttle.ts';
import { ask, entranceOf, podSpec, point, revision, route, standUp, startPlane, until } from './support.ts';

test('a request to a revision at zero is held, pokes, and is answered by the pod that it caused', async () => {
  const plane = await startPlane();
  await plane.startGateway('gateway-1');
  point(plane, []);
  route(plane);
  const poked: string[] = [];
  const concurrencyAtPoke: number[] = [];
  plane.onActivation((id) => {
    poked.push(id);
    concurrencyAtPoke.push(plane.scrapeActivator(id).averageConcurrency);
    if (poked.length > 1) return;
    const pod = plane.startPod(podSpec('pod-0', { startupMs: 200 }));
    void pod.ready.then(() => point(plane, [pod]));
  });
  const started = performance.now();
  const answer = await ask(entranceOf(plane), { method: 'POST', body: 'kept while it waited' });
  expect(answer).toMatchObject({ status: 200, body: 'hello hello-00001 hello.default.example.com\n' });
  expect(answer.headers['x-served-by']).toBe('default/hello-00001 pod-0');
  expect(performance.now() - started).toBeGreaterThan(190);
  // The autoscaler decides at the poke: the request must be in the figures by then.
  expect(poked).toEqual([revision]);
  expect(concurrencyAtPoke).toEqual([1]);
});

test('a limit of 1 holds: 100 requests at once over 3 pods, never two in a container, all answered', async () => {
  const { address, plane } = await standUp(
    3,
    { containerConcurrency: 1, answerMs: 10 },
    { viaActivator: true },
  );
  const answers = await Promise.all(Array.from({ length: 100 }, () => ask(address)));
  expect(answers.map((answer) => answer.status)).toEqual(new Array(100).fill(200));
  expect(new Set(answers.map((answer) => answer.headers['x-concurrency']))).toEqual(new Set(['1']));
  expect(new Set(answers.map((answer) => answer.headers['x-served-by'])).size).toBe(3);
  const report = plane.scrapeActivator(revision);
  expect(report.averageConcurrency).toBeGreaterThan(3);
});

test('requests through the activator are counted there and not at the pod', async () => {
  const { address, plane, pods } = await standUp(1, {}, { viaActivator: true });
  await ask(address);
  expect(pods[0]?.scrape().requestsPerSecond).toBe(0);
  expect(plane.scrapeActivator(revision).requestsPerSecond).toBeGreaterThan(0);
  expect(plane.scrapeActivator(revision)).toEqual({ averageConcurrency: 0, requestsPerSecond: 0 });
  point(plane, pods);
  await ask(address);
  expect(pods[0]?.scrape().requestsPerSecond).toBeGreaterThan(0);
  expect(plane.scrapeActivator(revision).requestsPerSecond).toBe(0);
});

test('a request is held no longer than the revision allows, and not at all once the revision is gone', async () => {
  const plane = await startPlane();
  await plane.startGateway('gateway-1');
  point(plane, [], { timeoutMs: 100 });
  route(plane);
  expect((await ask(entranceOf(plane))).status).toBe(504);
  point(plane, [], { timeoutMs: 30_000 });
  let held = false;
  plane.onActivation(() => {
    held = true;
  });
  const waiting = ask(entranceOf(plane));
  await until('the request is held', () => held);
  plane.deleteRevision(revision);
  expect((await waiting).status).toBe(503);
  expect((await ask(entranceOf(plane))).status).toBe(503);
});

test('the queue is first come first served, a client that leaves frees its place, and the depth is 10,000', () => {
  const throttle = new Throttle(() => 0);
  throttle.update([], 1);
  const started: string[] = [];
  const enter = (name: string) =>
    throttle.enter({
      start: (port) => started.push(`${name}@${port}`),
      refuse: () => undefined,
      avoid: undefined,
    });
  const leaveA = enter('a');
  const leaveB = enter('b');
  enter('c');
  leaveB?.();
  throttle.update([7001], 1);
  expect(started).toEqual(['a@7001']);
  leaveA?.();
  leaveA?.();
  expect(started).toEqual(['a@7001', 'c@7001']);
  for (let count = 0; count < 10_000; count++) expect(enter('more')).toBeDefined();
  expect(enter('one too many')).toBeUndefined();
});
