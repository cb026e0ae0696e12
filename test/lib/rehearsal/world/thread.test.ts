import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ZeroshiftError } from '../../../../lib/messages/error.ts';
import { startThread } from '../../../../lib/rehearsal/world/thread.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-thread-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a thread that runs this code, with `port` to talk and `data` as it was given. */
async function start(code: string, signal = new AbortController().signal) {
  const file = join(folder, `${Math.abs(hash(code))}.mjs`);
  await writeFile(
    file,
    `import { parentPort as port, workerData as data } from 'node:worker_threads';\n${code}\n`,
  );
  const failures: ZeroshiftError[] = [];
  const onFailure = (error: ZeroshiftError) => failures.push(error);
  const thread = await startThread<{ name: string }>(
    'green cluster',
    pathToFileURL(file),
    { name: 'green' },
    { signal, onFailure },
  );
  return { thread, failures };
}
const hash = (text: string): number =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) | 0, 7);

const ready = `port.postMessage({ ready: { name: data.name } });`;
const obedient = `port.on('message', (told) => {
  if (told.close) port.postMessage({ closed: true });
  if (told.crash) setTimeout(() => { throw new Error('told to crash'); });
  if (told.exit) process.exit(3);
});`;

it('knows what the part told, and ends it: nobody is told of a failure', async () => {
  const { thread, failures } = await start(`${ready}${obedient}`);
  expect(thread.info).toEqual({ name: 'green' });
  await thread.close();
  expect(failures).toEqual([]);
});

it.each([
  ['crash', /green cluster ended before the rehearsal did: told to crash/],
  ['exit', /green cluster ended before the rehearsal did: its thread ended with code 3/],
])('tells of a part that ends by itself: %s', async (how, message) => {
  const { thread, failures } = await start(`${ready}${obedient}`);
  thread.tell({ [how]: true });
  await expect.poll(() => failures.length, { timeout: 5000 }).toBeGreaterThan(0);
  expect(failures[0]).toMatchObject({
    code: 'rehearsal.part-failed',
    message: expect.stringMatching(message),
  });
  const started = performance.now();
  await thread.close();
  // What has ended already is not waited for.
  expect(performance.now() - started).toBeLessThan(1000);
});

it.each([
  [`port.postMessage({ failed: 'the port is taken' });`, /did not start: the port is taken/],
  [`throw new Error('no such module');`, /did not start: no such module/],
  [`process.exit(4);`, /did not start: its thread ended with code 4/],
])('says why a part did not start: %s', async (code, message) => {
  await expect(start(code)).rejects.toMatchObject({
    code: 'rehearsal.part-failed',
    message: expect.stringMatching(message),
  });
});

it('gives up a start that is interrupted, however long it would take', async () => {
  const controller = new AbortController();
  const starting = expect(start(`setInterval(() => {}, 1000);`, controller.signal)).rejects.toMatchObject({
    code: 'rehearsal.part-failed',
  });
  setTimeout(() => controller.abort(), 50);
  const started = performance.now();
  await starting;
  expect(performance.now() - started).toBeLessThan(3000);
});
