import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export interface WrittenManifests {
  /** Files that are new or have other content now, relative to the folder. */
  readonly changed: readonly string[];
  /** Files that were so already. */
  readonly unchanged: readonly string[];
  /** YAML files in the components' folders that this definition does not make any more. They are left where they are. */
  readonly left: readonly string[];
}

const contentOf = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Writes manifests below a folder, which is made where it is missing. */
export async function writeManifests(
  folder: string,
  files: ReadonlyMap<string, string>,
): Promise<WrittenManifests> {
  const changed: string[] = [];
  const unchanged: string[] = [];
  for (const [name, content] of files) {
    const file = join(folder, name);
    if ((await contentOf(file)) === content) {
      unchanged.push(name);
      continue;
    }
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    changed.push(name);
  }
  const left: string[] = [];
  for (const component of new Set([...files.keys()].map((name) => dirname(name))))
    for (const entry of (await readdir(join(folder, component))).sort())
      if (entry.endsWith('.yaml') && !files.has(`${component}/${entry}`)) left.push(`${component}/${entry}`);
  return { changed, unchanged, left };
}
