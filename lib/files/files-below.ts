import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files below a folder whose names match, by name, whatever order the system lists them in. Hidden ones and
 * `node_modules` are left out. Throws the system's errors.
 */
export async function filesBelow(folder: string, matches: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        const isFolder = entry.isSymbolicLink() ? (await stat(path)).isDirectory() : entry.isDirectory();
        if (isFolder) return filesBelow(path, matches);
        return matches(entry.name) ? [path] : [];
      }),
  );
  return found.flat();
}
