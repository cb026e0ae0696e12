import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** How a folder differs from the manifests that a definition makes. Names are relative to the folder. */
export interface ManifestDifference {
  readonly missing: readonly string[];
  readonly different: readonly string[];
  readonly unchanged: readonly string[];
  /** YAML files in the components' folders that this definition does not make any more. */
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
  for (const component of new Set([...files.keys()].map((name) => dirname(name))))
    for (const entry of ((await unlessMissing(readdir(join(folder, component)))) ?? []).sort())
      if (entry.endsWith('.yaml') && !files.has(`${component}/${entry}`)) left.push(`${component}/${entry}`);
  return { ...found, left };
}

/** Writes what is missing or different below a folder, which is made where it is missing. Deletes nothing. */
export async function writeManifests(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<ManifestDifference> {
  const difference = await compareManifests(folder, files);
  for (const name of [...difference.missing, ...difference.different]) {
    const file = join(folder, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, files.get(name) ?? '');
  }
  return difference;
}
