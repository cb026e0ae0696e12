import { lstat, readdir, readFile, realpath, rmdir, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../lib/files/index.ts';
import { unifiedDifference } from './compare.ts';
import { recordedNames, recordFile, recordText } from './synthesized-files.ts';

/** How a folder differs from the files that a definition makes. Names are relative to the folder. */
export interface ManifestDifference {
  /** What should be there: the files, and the record of them. */
  readonly files: ReadonlyMap<string, string>;
  readonly missing: readonly string[];
  readonly different: readonly string[];
  readonly unchanged: readonly string[];
  /** Written once, and not made by this definition any more. */
  readonly left: readonly string[];
  /** Manifests in the same folders that were never written here: somebody's own. */
  readonly foreign: readonly string[];
}

const unlessMissing = async <T>(found: Promise<T>): Promise<T | undefined> => {
  try {
    return await found;
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
};

const readText = (file: string): Promise<string | undefined> => unlessMissing(readFile(file, 'utf8'));

/** What kubectl or kustomize would take, if it lies in a folder of manifests. */
const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name) || /^kustomization$/i.test(name);

/** Whether a recorded file is there. A folder that is a link leads to what is not ours. */
async function isOurs(folder: string, name: string): Promise<boolean> {
  const there = await unlessMissing(lstat(join(folder, name)));
  if (there === undefined || there.isDirectory()) return false;
  const place = dirname(name);
  return (await realpath(join(folder, place))) === join(await realpath(folder), place);
}

/** Compares a folder with files, whose names are relative to it. Changes nothing. */
export async function compareManifests(
  folder: string,
  made: ReadonlyMap<string, string>,
): Promise<ManifestDifference> {
  const recorded = recordedNames((await readText(join(folder, recordFile))) ?? '');
  const gone = [...new Set(recorded)].filter((name) => !made.has(name)).sort();
  const left: string[] = [];
  for (const name of gone) if (await isOurs(folder, name)) left.push(name);
  const files = new Map([...made, [recordFile, recordText([...made.keys(), ...left])]]);
  const found = { missing: [] as string[], different: [] as string[], unchanged: [] as string[] };
  const there = await Promise.all([...files.keys()].map((name) => readText(join(folder, name))));
  [...files].forEach(([name, content], index) => {
    const text = there[index];
    found[text === undefined ? 'missing' : text === content ? 'unchanged' : 'different'].push(name);
  });
  const foreign: string[] = [];
  // The folder itself may hold anything.
  const places = new Set(
    [...made.keys(), ...left].map((name) => dirname(name)).filter((place) => place !== '.'),
  );
  for (const place of [...places].sort())
    for (const entry of ((await unlessMissing(readdir(join(folder, place)))) ?? []).sort()) {
      const name = join(place, entry);
      if (isManifest(entry) && !files.has(name) && !left.includes(name)) foreign.push(name);
    }
  return { files, ...found, left, foreign };
}

/** What a file is and what it should be, in the unified format. */
export interface ExplainedFile {
  readonly file: string;
  readonly change: 'different' | 'missing' | 'left';
  readonly text: string;
}

/** A readable difference for each file that differs, in the order of names. Changes nothing. */
export async function explainDifference(
  folder: string,
  difference: ManifestDifference,
): Promise<ExplainedFile[]> {
  const changes = (['different', 'missing', 'left'] as const).flatMap((change) =>
    difference[change].map((file) => ({ file, change })),
  );
  const explained = changes.map(async ({ file, change }) => {
    const there = await readText(join(folder, file));
    const wanted = change === 'left' ? undefined : difference.files.get(file);
    return { file, change, text: unifiedDifference(file, there, wanted) };
  });
  return (await Promise.all(explained)).sort((a, b) => (a.file < b.file ? -1 : 1));
}

export interface WriteOptions {
  /** Whether what is left from before goes. @default false */
  readonly prune?: boolean;
}

/** Writes what is missing or different below a folder, which is made where it is missing. Says what it found. */
export async function writeManifests(
  folder: string,
  made: ReadonlyMap<string, string>,
  options: WriteOptions = {},
): Promise<ManifestDifference> {
  const difference = await compareManifests(folder, made);
  const { files, missing, different, left } = difference;
  const changed = [...missing, ...different];
  const write = (name: string) => writeFile(join(folder, name), files.get(name) ?? '');
  for (const place of new Set(changed.map((name) => dirname(name)))) await makeFolder(join(folder, place));
  // The record comes first: whatever stops us, nothing of ours is there that it does not name.
  if (changed.includes(recordFile)) await write(recordFile);
  await Promise.all(changed.filter((name) => name !== recordFile).map(write));
  if (options.prune && left.length > 0) {
    for (const name of left) await remove(folder, name);
    await writeFile(join(folder, recordFile), recordText(made.keys()));
  }
  return difference;
}

/** Removes a file, and its folder once that is empty. */
async function remove(folder: string, name: string): Promise<void> {
  const place = dirname(name);
  await unlink(join(folder, name));
  if (place === '.') return;
  try {
    await rmdir(join(folder, place));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
