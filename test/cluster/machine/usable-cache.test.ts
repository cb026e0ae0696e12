import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { clusterCommand } from '../command/index.ts';
import { cacheFolder } from './cache-folder.ts';
import { cacheError, usableCache } from './usable-cache.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-cache-'));
  await writeFile(join(folder, 'file'), '');
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

it('makes the folder, and leaves nothing in it', async () => {
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'new'));
  await usableCache();
  expect(await readdir(join(folder, 'new', 'zeroshift'))).toEqual([]);
});

it('is where it always is when the variable holds no absolute path', () => {
  vi.stubEnv('XDG_CACHE_HOME', 'relative');
  expect(cacheFolder()).toMatch(/^\/.*\.cache\/zeroshift$/);
});

it.each(['kubectl', 'up'])('%s says what cannot be used, where, and what to do', async (verb) => {
  for (const place of ['/proc/nowhere', join(folder, 'file')]) {
    const said: string[] = [];
    const listen = vi.spyOn(console, 'error').mockImplementation((line) => void said.push(String(line)));
    vi.stubEnv('XDG_CACHE_HOME', place);
    expect(await clusterCommand([verb])).toBe(1);
    listen.mockRestore();
    const [text = ''] = said;
    // A machine that lacks something for clusters says so first.
    if (verb === 'up' && text.includes('[lane.missing]')) return;
    expect(text).toContain('[lane.cache]');
    expect(text).toContain(place);
    expect(text).toContain('XDG_CACHE_HOME');
  }
});

it.each(['EACCES', 'EROFS', 'ENOENT', 'ENOSPC'])('knows %s, and no mistake of its own', (code) => {
  const refused = Object.assign(new Error(`${code}: write`), { code, path: '/cache/file' });
  expect(cacheError(refused)).toMatchObject({ code: 'lane.cache', problems: [{ where: '/cache/file' }] });
  expect(cacheError(new TypeError('no'))).toBeUndefined();
});
