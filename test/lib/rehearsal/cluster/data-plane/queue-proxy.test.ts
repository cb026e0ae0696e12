import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Writable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { ask, host, revision, standUp, startPlane, startPods, until } from './support.ts';

test('beyond the limit and ten times as many waiting a pod refuses at once', async () => {
  const plane = await startPlane();
  const [pod] = await startPods(plane, 1, { containerConcurrency: 1, answerMs: 30 });
  const answers = await Promise.all(Array.from({ length: 15 }, () => ask(pod?.address ?? '')));
  const count = (status: number) => answers.filter((answer) => answer.status === status).length;
  expect([count(200), count(503)]).toEqual([11, 4]);
  const refused = answers.find((answer) => answer.status === 503);
  expect(refused?.body).toBe('pending request queue full\n');
  const served = answers.filter((answer) => answer.status === 200);
  expect(new Set(served.map((answer) => answer.headers['x-concurrency']))).toEqual(new Set(['1']));
});

test('an answer that takes too long is a 504, and its place is free again', async () => {
  const plane = await startPlane();
  const [pod] = await startPods(plane, 1, { containerConcurrency: 1, answerMs: 5000, timeoutMs: 80 });
  for (let turn = 0; turn < 3; turn++) {
    const answer = await ask(pod?.address ?? '');
    expect(answer).toMatchObject({ status: 504, body: 'request timeout' });
  }
});

test('clients that go away leave nothing behind, running or waiting', async () => {
  const { address, plane, pods } = await standUp(1, { containerConcurrency: 1, answerMs: 2000 });
  const concurrency = () => pods[0]?.scrape().averageConcurrency ?? 0;
  const leave = new AbortController();
  const gone = Array.from({ length: 5 }, () => ask(address, { signal: leave.signal }).catch(() => 'gone'));
  await until('the pod has them', () => concurrency() === 5);
  const left = performance.now();
  leave.abort();
  expect(await Promise.all(gone)).toEqual(new Array(5).fill('gone'));
  await until('the pod has none', () => concurrency() === 0);
  await until('no flow is open', () => plane.entrance.flows.open === 0);
  expect(performance.now() - left).toBeLessThan(1500);

  const started = performance.now();
  const running = ask(address);
  await until('the pod has one', () => concurrency() === 1);
  const leaveQueue = new AbortController();
  const waiting = Array.from({ length: 3 }, () =>
    ask(address, { signal: leaveQueue.signal }).catch(() => 'gone'),
  );
  await until('three wait', () => concurrency() === 4);
  leaveQueue.abort();
  await Promise.all(waiting);
  expect((await running).status).toBe(200);
  expect((await ask(address)).status).toBe(200);
  expect(performance.now() - started).toBeLessThan(5500);
});

test('probes see readiness, and the kinds that Knative sends are answered by the queue-proxy', async () => {
  const plane = await startPlane();
  const [pod] = await startPods(plane, 1, { answerStatus: 418 });
  const address = pod?.address ?? '';
  const kubelet = { headers: { 'user-agent': 'kube-probe/1.34' } };
  expect((await ask(address, kubelet)).status).toBe(200);
  expect((await ask(address, { headers: { 'k-network-probe': 'probe' } })).status).toBe(400);
  const network = await ask(address, { headers: { 'k-network-probe': 'probe', 'k-network-hash': 'abc' } });
  expect([network.status, network.headers['k-network-hash']]).toEqual([200, 'abc']);
  expect((await ask(address)).status).toBe(418);
  const gone = pod?.stop(5000);
  expect((await ask(address, kubelet)).status).toBe(503);
  expect((await ask(address)).status).toBe(418);
  await gone;
  await expect(ask(address)).rejects.toThrow('ECONNREFUSED');
});

test('large bodies arrive whole through every hop', async () => {
  const bytes = 20 * 1024 * 1024;
  const { address } = await standUp(1, { answerBytes: bytes }, { viaActivator: true });
  const answer = await ask(address, { method: 'POST', body: 'u'.repeat(10 * 1024 * 1024) });
  expect([answer.status, answer.body.length]).toEqual([200, bytes]);
  expect(answer.body.slice(0, 20)).toBe('hello hello-00001 he');
});

test('a slow side slows the other down, both ways: bodies do not pile up in between', async () => {
  const piece = Buffer.alloc(64 * 1024, '.');
  const written = { down: 0, up: 0 };
  /** Writes for ever, as fast as it may. */
  const flood = (to: Writable, way: 'down' | 'up'): void => {
    const more = (): void => {
      if (!to.destroyed) to.write(piece, () => setImmediate(more));
      written[way] += piece.length;
    };
    more();
  };
  const pod = createServer((incoming, response) => {
    if (incoming.method === 'POST') incoming.pause();
    else flood(response, 'down');
  }).listen(0, '127.0.0.1');
  onTestFinished(() => {
    pod.closeAllConnections();
    pod.close();
  });
  const { address, plane } = await standUp(0);
  await until('the port is known', () => pod.address() !== null);
  const pods = [`127.0.0.1:${(pod.address() as AddressInfo).port}`];
  plane.setRevision(revision, { pods, viaActivator: true, containerConcurrency: 0, timeoutMs: 30_000 });

  const [hostname, port] = address.split(':');
  const reader = request({ hostname, port, headers: { host } }, (answer) => answer.pause());
  const writer = request({ hostname, port, method: 'POST', headers: { host } });
  for (const each of [reader, writer]) each.on('error', () => undefined);
  onTestFinished(() => void [reader.destroy(), writer.destroy()]);
  reader.end();
  flood(writer, 'up');
  for (const way of ['down', 'up'] as const) {
    let last = { bytes: 0, at: performance.now() };
    await until(`${way} stands still`, () => {
      if (written[way] !== last.bytes) last = { bytes: written[way], at: performance.now() };
      return written[way] > 0 && performance.now() - last.at > 500;
    });
    // What the kernel's socket buffers of four connections may hold.
    expect(written[way]).toBeLessThan(64 * 1024 * 1024);
  }
});
