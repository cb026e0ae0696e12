import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLoadInWorker } from '../../../../lib/rehearsal/load/index.ts';
import { httpServer } from './servers.ts';

let folder: string;
let entry: URL;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-load-'));
  const outfile = join(folder, 'load-worker.mjs');
  const source = fileURLToPath(new URL('../../../../lib/rehearsal/world/load-worker.ts', import.meta.url));
  await build({ entryPoints: [source], outfile, bundle: true, platform: 'node', format: 'esm' });
  entry = pathToFileURL(outfile);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const target = {
  service: 'hello',
  host: 'hello.example.com',
  path: '/',
  weight: 1,
  expectedStatus: 200,
  deadlineMs: 15_000,
};

it('runs in a thread of its own, on time although this one is busy, by the same clock', async () => {
  let served = 0;
  const { address } = await httpServer((_, response) => {
    served++;
    response.end('hello');
  });
  const before = Date.now();
  const load = await startLoadInWorker({ address, targets: [target], rate: 300 }, entry);
  const until = performance.now() + 1000;
  while (performance.now() < until);
  load.setPhase('step 5 %');
  await expect.poll(() => load.snapshot().phase.name, { timeout: 5000 }).toBe('step 5 %');
  await expect.poll(() => load.snapshot().phase.answered, { timeout: 5000 }).toBeGreaterThan(20);
  load.stop();
  const result = await load.finished;
  expect(result.totals).toEqual({ scheduled: served, answered: served, lost: 0 });
  // In this thread it would have been 1000.
  expect(result.generator.worstDelayMs).toBeLessThan(700);
  expect(result.startedAt).toBeGreaterThanOrEqual(before - 5);
  expect(result.endedAt).toBeLessThanOrEqual(Date.now() + 5);
});

it('says why when the thread cannot start', async () => {
  await expect(startLoadInWorker({ address: 'nowhere', targets: [] }, entry)).rejects.toMatchObject({
    code: 'load.failed',
  });
});
