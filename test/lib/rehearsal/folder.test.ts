import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeRehearsalFolder } from '../../../lib/rehearsal/folder.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'zeroshift-folder-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

it('makes a new one, with all that is above it, and takes an empty one', async () => {
  const folder = join(root, 'a', 'b');
  await makeRehearsalFolder(folder);
  expect((await stat(folder)).isDirectory()).toBe(true);
  await makeRehearsalFolder(folder);
});

it('takes away again what it made, and nothing else', async () => {
  const folder = join(root, 'a', 'b');
  await (await makeRehearsalFolder(folder))();
  expect(await readdir(root)).toEqual([]);
  const undo = await makeRehearsalFolder(folder);
  await writeFile(join(root, 'a', 'another'), '');
  await undo();
  expect(await readdir(root, { recursive: true })).toEqual(['a', 'a/another']);
  const there = join(root, 'a');
  await rm(join(there, 'another'));
  await (await makeRehearsalFolder(there))();
  expect(await readdir(root)).toEqual(['a']);
});

it('refuses one in which there is something, and leaves it as it is', async () => {
  await writeFile(join(root, 'report.html'), 'another rehearsal');
  await expect(makeRehearsalFolder(root)).rejects.toMatchObject({
    code: 'rehearsal.folder-used',
    exitCode: 2,
  });
  expect(await readdir(root)).toEqual(['report.html']);
});

it('says what is in the way', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  for (const path of [file, join(file, 'below')])
    await expect(makeRehearsalFolder(path)).rejects.toMatchObject({
      code: 'rehearsal.no-folder',
      problems: [{ where: '--out', value: path }],
    });
});
