import { access, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareManifests, explainDifference, recordFile, writeManifests } from '../../charts/index.ts';
import { temporaryDirectories } from '../helpers/temporary-directory.ts';

const folderFor = temporaryDirectories();
const made = (...names: string[]) => new Map(names.map((name) => [name, `${name}\n`]));
const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );
const record = (folder: string) => readFile(join(folder, recordFile), 'utf8');

const before = made('blue/services/1-a.yaml', 'blue/services/1-gone.yaml', 'applicationset.yaml');
const after = made('blue/services/1-a.yaml');

describe('writing manifests', () => {
  it('changes only what differs, and says what is left from before', async () => {
    const folder = await folderFor();
    const first = await writeManifests(folder, before);
    expect(first.missing).toEqual([...before.keys(), recordFile]);
    await writeFile(join(folder, 'blue/services/1-a.yaml'), 'old\n');
    const difference = await compareManifests(folder, after);
    expect(await explainDifference(folder, difference)).toEqual([
      {
        file: 'applicationset.yaml',
        change: 'left',
        text: '--- applicationset.yaml\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-applicationset.yaml\n',
      },
      {
        file: 'blue/services/1-a.yaml',
        change: 'different',
        text: '--- blue/services/1-a.yaml\n+++ blue/services/1-a.yaml\n@@ -1,1 +1,1 @@\n-old\n+blue/services/1-a.yaml\n',
      },
      {
        file: 'blue/services/1-gone.yaml',
        change: 'left',
        text: '--- blue/services/1-gone.yaml\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-blue/services/1-gone.yaml\n',
      },
    ]);
    expect(await writeManifests(folder, after)).toMatchObject({
      missing: [],
      different: ['blue/services/1-a.yaml'],
      left: ['applicationset.yaml', 'blue/services/1-gone.yaml'],
    });
    expect(await readFile(join(folder, 'blue/services/1-a.yaml'), 'utf8')).toBe('blue/services/1-a.yaml\n');
    expect(await exists(join(folder, 'blue/services/1-gone.yaml'))).toBe(true);
  });

  it('removes what it wrote once when asked, however long ago that was, and then only its own folders', async () => {
    const folder = await folderFor();
    await writeManifests(
      folder,
      made('green/services/1-a.yaml', 'green/services/Kustomization', ...before.keys()),
    );
    // Twice without: what was left is not forgotten.
    await writeManifests(folder, after);
    await writeManifests(folder, after);
    const { left } = await writeManifests(folder, after, { prune: true });
    expect(left).toEqual([
      'applicationset.yaml',
      'blue/services/1-gone.yaml',
      'green/services/1-a.yaml',
      'green/services/Kustomization',
    ]);
    expect((await readdir(folder)).sort()).toEqual(['blue', 'green', recordFile]);
    expect(await readdir(join(folder, 'green'))).toEqual([]);
    expect(await compareManifests(folder, after)).toMatchObject({ missing: [], different: [], left: [] });
    const pruned = await record(folder);
    const fresh = await folderFor();
    await writeManifests(fresh, after);
    expect(await record(fresh)).toBe(pruned);
  });

  it('names what others put among its files, and never removes it', async () => {
    const folder = await folderFor();
    await writeManifests(folder, before);
    const own = ['blue/services/9-own.yaml', 'blue/services/kustomization.yaml', 'blue/services/own.json'];
    for (const name of own) await writeFile(join(folder, name), 'own\n');
    await writeFile(join(folder, 'blue/services/notes.txt'), 'own\n');
    await writeFile(join(folder, 'elsewhere.yaml'), 'own\n');
    expect((await writeManifests(folder, after, { prune: true })).foreign).toEqual(own);
    for (const name of [...own, 'blue/services/notes.txt', 'elsewhere.yaml'])
      expect(await readFile(join(folder, name), 'utf8'), name).toBe('own\n');
    // Not even a folder that holds nothing else.
    const { foreign } = await writeManifests(folder, made('green/x/1-a.yaml'), { prune: true });
    expect(foreign).toEqual(own);
    expect((await readdir(join(folder, 'blue/services'))).sort()).toEqual([
      '9-own.yaml',
      'kustomization.yaml',
      'notes.txt',
      'own.json',
    ]);
  });

  it('is not led astray by a record that somebody changed, nor out of its folder by a link', async () => {
    const outside = await folderFor();
    const folder = join(await folderFor(), 'dist');
    await writeManifests(folder, before);
    await writeFile(join(outside, '1-gone.yaml'), 'theirs\n');
    await writeFile(join(folder, '..', 'a.yaml'), 'theirs\n');
    await writeFile(join(folder, 'notes.yaml'), 'theirs\n');
    const lines = [
      '../a.yaml',
      'blue/../../a.yaml',
      'notes.yaml',
      join(outside, '1-gone.yaml'),
      'blue/services',
    ];
    await writeFile(join(folder, recordFile), `${await record(folder)}${lines.join('\n')}\n`);
    await rename(join(folder, 'blue/services'), join(folder, 'blue/kept'));
    await symlink(outside, join(folder, 'blue/services'));
    const { left } = await writeManifests(folder, made('green/x/1-a.yaml'), { prune: true });
    expect(left).toEqual(['applicationset.yaml']);
    expect(await readFile(join(outside, '1-gone.yaml'), 'utf8')).toBe('theirs\n');
    expect(await readFile(join(folder, '..', 'a.yaml'), 'utf8')).toBe('theirs\n');
    expect(await readFile(join(folder, 'notes.yaml'), 'utf8')).toBe('theirs\n');
  });

  it('does not take a folder for a file that is left', async () => {
    const folder = await folderFor();
    await writeManifests(folder, after);
    await writeFile(join(folder, recordFile), `${await record(folder)}blue/services/1-b.yaml\n`);
    await mkdir(join(folder, 'blue/services/1-b.yaml'));
    expect((await compareManifests(folder, after)).left).toEqual([]);
  });
});
