import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../../../../lib/rehearsal/cluster/data-plane/loopback-server.ts';
import { type EntranceTarget, startEntrance } from '../../../../lib/rehearsal/entrance/index.ts';
import { ask, keepAlive, until } from '../cluster/data-plane/support.ts';

async function target(name: string, ready = { status: 200 }) {
  const server = startServer((_request, response) => response.end(name));
  const admin = startServer((_request, response) => response.writeHead(ready.status).end());
  await Promise.all([server.listening, admin.listening]);
  onTestFinished(async () => void (await Promise.all([server.destroy(), admin.destroy()])));
  const registered: EntranceTarget = {
    name,
    addresses: { '80': server.address },
    health: { address: admin.address, path: '/ready' },
  };
  return { ...registered, server, ready };
}

async function entranceOver(...targets: Awaited<ReturnType<typeof target>>[]) {
  const entrance = await startEntrance({
    ports: [80, 443],
    healthCheckMs: 20,
    flowIdleMs: 300,
    connectTimeoutMs: 5000,
  });
  onTestFinished(() => entrance.close());
  for (const each of targets) await entrance.register(each);
  return { entrance, address: entrance.addresses['80'] ?? '' };
}

test('new flows go round the healthy targets, and established ones stay when theirs is taken away', async () => {
  const [one, two] = [await target('one'), await target('two')];
  const { entrance, address } = await entranceOver(one, two);
  const first = keepAlive();
  const at = (await ask(address, { agent: first })).body;
  expect((await ask(address)).body).not.toBe(at);
  entrance.deregister(at);
  for (let count = 0; count < 5; count++) {
    expect((await ask(address, { agent: first })).body).toBe(at);
    expect((await ask(address)).body).not.toBe(at);
  }
  expect(entrance.flows).toMatchObject({ total: 7 });
});

test('an unhealthy target gets no new flows; without a healthy one the entrance says so and fails open', async () => {
  const [one, two] = [await target('one'), await target('two')];
  const { entrance, address } = await entranceOver(one, two);
  const health = entrance.healthUrl.replace(/^http:\/\/|\/$/g, '');
  one.ready.status = 503;
  await until('the entrance knows', async () => (await ask(health)).body.startsWith('1 of 2'));
  for (let count = 0; count < 4; count++) expect((await ask(address)).body).toBe('two');
  two.ready.status = 503;
  await until('none is healthy', async () => (await ask(health)).status === 503);
  expect(['one', 'two']).toContain((await ask(address)).body);
  one.ready.status = 200;
  await until('one is back', async () => (await ask(health)).status === 200);
  expect((await ask(address)).body).toBe('one');
});

test('a connection that a target refuses is reset at the client, until a health check has seen it', async () => {
  const [one, two] = [await target('one'), await target('two')];
  const { address } = await entranceOver(one, two);
  await one.server.destroy();
  const answers = await Promise.allSettled([ask(address), ask(address)]);
  expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  one.ready.status = 503;
  await until('the checks have seen it', async () => {
    const both = await Promise.allSettled([ask(address), ask(address)]);
    return both.every(({ status }) => status === 'fulfilled');
  });
});

test('a port that leads to no target, and an entrance without targets, reset their flows', async () => {
  const one = await target('one');
  const { entrance, address } = await entranceOver(one);
  await expect(ask(entrance.addresses['443'] ?? '')).rejects.toThrow(/ECONNRESET|hang up/);
  await entrance.setTargets([]);
  await expect(ask(address)).rejects.toThrow(/ECONNRESET|hang up/);
});

test('targets that are set at once replace the others, and one that stays keeps its health', async () => {
  const [one, two] = [await target('one'), await target('two')];
  const { entrance, address } = await entranceOver(one);
  const kept = keepAlive();
  expect((await ask(address, { agent: kept })).body).toBe('one');
  await entrance.setTargets([two]);
  expect((await ask(address)).body).toBe('two');
  expect((await ask(address, { agent: kept })).body).toBe('one');
  two.ready.status = 503;
  await entrance.setTargets([one, two]);
  const health = entrance.healthUrl.replace(/^http:\/\/|\/$/g, '');
  await until('two is found unhealthy', async () => (await ask(health)).body.startsWith('1 of 2'));
});

test('a flow without a byte ends after its idle time', async () => {
  const { entrance, address } = await entranceOver(await target('one'));
  const [host, port] = address.split(':');
  const socket = connect({ host, port: Number(port) });
  socket.on('error', () => undefined);
  await until('the flow is open', () => entrance.flows.open === 1);
  const started = performance.now();
  await until('the flow is gone', () => entrance.flows.open === 0);
  expect(performance.now() - started).toBeGreaterThan(200);
});

test('close() in the middle of everything leaves nothing that keeps a process alive', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zeroshift-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const outfile = join(folder, 'close.mjs');
  const entry = fileURLToPath(new URL('../cluster/data-plane/close-in-the-middle.ts', import.meta.url));
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await until('the process ends by itself', () => child.exitCode !== null);
  expect([output, child.exitCode]).toEqual(['closed\n', 0]);
});
