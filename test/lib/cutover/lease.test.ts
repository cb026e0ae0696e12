import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { leaseHolder, takeLease } from '../../../lib/cutover/lease.ts';
import { temporaryDirectories } from '../../helpers/temporary-directory.ts';

const directory = temporaryDirectories();
const me = { user: 'me', host: hostname(), pid: process.pid };
const held = { code: 'lease.held', exitCode: 6 };

it('is held by one until it is given up, and its token grows', async () => {
  const place = join(await directory(), 'lease');
  expect(await leaseHolder(place)).toBeUndefined();
  const first = await takeLease(place, me);
  expect(await leaseHolder(place)).toEqual({ ...me, token: 1 });
  await expect(takeLease(place, me)).rejects.toMatchObject(held);
  await first.check();
  await first.release();
  expect(await leaseHolder(place)).toBeUndefined();
  const second = await takeLease(place, me);
  expect([first.token, second.token]).toEqual([1, 2]);
  await expect(first.check()).rejects.toMatchObject({ code: 'lease.lost', exitCode: 6 });
  // Late, and harmless: the lease stays the newer one's.
  await first.release();
  await second.check();
  await expect(takeLease(place, me)).rejects.toMatchObject(held);
  await second.release();
});

it('is got by exactly one of many takers', async () => {
  for (let round = 0; round < 20; round++) {
    const place = await directory();
    // Every other time one is left behind by a process that is gone.
    if (round % 2 === 1) await leave(place, 7, { ...me, pid: 2 ** 22 - 1, startedAt: '1' });
    const takers = Array.from({ length: 10 }, () => takeLease(place, me));
    const settled = await Promise.allSettled(takers);
    const leases = settled.flatMap((taker) => (taker.status === 'fulfilled' ? [taker.value] : []));
    expect(leases.map(({ token }) => token)).toEqual([round % 2 === 1 ? 8 : 1]);
    for (const taker of settled) if (taker.status === 'rejected') expect(taker.reason).toMatchObject(held);
    await leases[0]?.check();
    await leases[0]?.release();
    expect((await readdir(place)).filter((name) => name.startsWith('.'))).toEqual([]);
  }
});

it('is taken over at once from a pid that belongs to another process by now', async () => {
  const place = await directory();
  await leave(place, 3, { ...me, startedAt: '1' });
  expect(await leaseHolder(place)).toBeUndefined();
  const lease = await takeLease(place, me);
  expect(lease.token).toBe(4);
  await lease.release();
});

it('is not kept by a broken file, nor by what others left in the folder', async () => {
  const place = await directory();
  await writeFile(join(place, 'lease-5.json'), '{"user":');
  await writeFile(join(place, 'lease-x.json'), 'mine');
  await writeFile(join(place, 'notes.txt'), 'mine');
  expect(await leaseHolder(place)).toBeUndefined();
  const lease = await takeLease(place, me);
  expect(lease.token).toBe(6);
  await lease.release();
});

it('is taken over from another machine only when its heart has stopped', async () => {
  const place = await directory();
  const elsewhere = { user: 'other', host: 'elsewhere', pid: 1, startedAt: '1' };
  await leave(place, 1, elsewhere);
  const file = join(place, 'lease-1.json');
  const beat = setInterval(() => void utimes(file, new Date(), new Date()), 40);
  await expect(takeLease(place, me, 40)).rejects.toMatchObject({
    ...held,
    message: 'the lease is held by other on elsewhere, process 1',
  });
  clearInterval(beat);
  const lease = await takeLease(place, me, 40);
  expect(lease.token).toBe(2);
  await lease.release();
});

async function leave(place: string, token: number, holder: object): Promise<void> {
  await mkdir(place, { recursive: true });
  await writeFile(join(place, `lease-${token}.json`), JSON.stringify(holder));
}

// From here on with processes of their own.

let taker = '';
const children: ChildProcess[] = [];
const root = resolve(import.meta.dirname, '../../..');

beforeAll(async () => {
  taker = join(await mkdtemp(join(tmpdir(), 'zeroshift-')), 'taker.mjs');
  await build({
    stdin: {
      // Says that it is up, waits for a word, takes the lease, says what came of it, and lives on.
      contents: `
        import { once } from 'node:events';
        import { hostname } from 'node:os';
        import { takeLease } from './lib/cutover/lease.ts';
        console.log('up');
        await once(process.stdin, 'data');
        const actor = { user: 'child', host: hostname(), pid: process.pid };
        await takeLease(process.argv[2], actor).then(({ token }) => console.log('token ' + token), ({ code }) => console.log(code));
        setInterval(() => undefined, 1000);`,
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: taker,
    logLevel: 'error',
  });
});

afterAll(() => rm(dirname(taker), { recursive: true }));

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
});

async function startTaker(place: string): Promise<{ child: ChildProcess; take(): Promise<string> }> {
  const child = spawn(process.execPath, [taker, place], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  const said = async (): Promise<string> => String((await once(child.stdout, 'data'))[0]).trim();
  expect(await said()).toBe('up');
  return {
    child,
    take: () => {
      const answer = said();
      child.stdin.write('now\n');
      return answer;
    },
  };
}

it('is got by one of several processes, and is free at once when that one is killed', async () => {
  const place = await directory();
  const takers = await Promise.all([1, 2, 3].map(() => startTaker(place)));
  const answers = await Promise.all(takers.map(({ take }) => take()));
  expect([...answers].sort()).toEqual(['lease.held', 'lease.held', 'token 1']);
  await expect(takeLease(place, me)).rejects.toMatchObject(held);
  const winner = takers[answers.indexOf('token 1')]?.child;
  if (winner === undefined) throw new Error('nobody got it');
  const gone = once(winner, 'exit');
  winner.kill('SIGKILL');
  await gone;
  const before = performance.now();
  const lease = await takeLease(place, me);
  expect(lease.token).toBe(2);
  // Without watching its heart.
  expect(performance.now() - before).toBeLessThan(1_500);
  await lease.release();
});
