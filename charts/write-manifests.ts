import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../lib/files/index.ts';
import { unifiedDifference } from './compare.ts';
import { kustomizationFile } from './kustomization.ts';

/** How a folder differs from the manifests that a definition makes. Names are relative to the folder. */
export interface ManifestDifference {
  readonly missing: readonly string[];
  readonly different: readonly string[];
  readonly unchanged: readonly string[];
  /** Manifests in the components' folders that this definition does not make any more. */
  readonly left: readonly string[];
}

const unlessMissing = async <T>(found: Promise<T>): Promise<T | undefined> => {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Folders of components: those that are made now, and those that were made once, which a kustomization tells. */
async function components(folder: string, files: ReadonlyMap<string, string>): Promise<Set<string>> {
  const found = new Set([...files.keys()].map((name) => dirname(name)));
  const entries = (await unlessMissing(readdir(folder, { withFileTypes: true }))) ?? [];
  for (const entry of entries.filter((one) => one.isDirectory())) {
    const inside = await readdir(join(folder, entry.name));
    if (inside.includes(kustomizationFile)) found.add(entry.name);
  }
  return found;
}

/** Compares a folder with manifests. Changes nothing. */
export async function compareManifests(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<ManifestDifference> {
  const found = { missing: [] as string[], different: [] as string[], unchanged: [] as string[] };
  for (const [name, content] of files) {
    const there = await unlessMissing(readFile(join(folder, name), 'utf8'));
    found[there === undefined ? 'missing' : there === content ? 'unchanged' : 'different'].push(name);
  }
  const left: string[] = [];
  for (const component of await components(folder, files))
    for (const entry of ((await unlessMissing(readdir(join(folder, component)))) ?? []).sort())
      if ((entry.endsWith('.yaml') || entry === kustomizationFile) && !files.has(join(component, entry)))
        left.push(join(component, entry));
  return { ...found, left };
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
  files: ReadonlyMap<string, string>,
  difference: ManifestDifference,
): Promise<ExplainedFile[]> {
  const changes = (['different', 'missing', 'left'] as const).flatMap((change) =>
    difference[change].map((file) => ({ file, change })),
  );
  const explained = changes.map(async ({ file, change }) => {
    const there = await unlessMissing(readFile(join(folder, file), 'utf8'));
    return { file, change, text: unifiedDifference(file, there, files.get(file)) };
  });
  return (await Promise.all(explained)).sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Writes what is missing or different below a folder, which is made where it is missing. Deletes nothing. */
export async function writeManifests(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<ManifestDifference> {
  const difference = await compareManifests(folder, files);
  for (const name of [...difference.missing, ...difference.different]) {
    const file = join(folder, name);
    await makeFolder(dirname(file));
    await writeFile(file, files.get(name) ?? '');
  }
  return difference;
}
