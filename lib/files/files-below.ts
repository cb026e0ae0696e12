import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The files below a folder whose names match, by name, whatever order the system lists them in. Hidden ones and
 * `node_modules` are left out, and so is a link to a folder that it stands in. Throws the system's errors.
 */
export const filesBelow = (folder: string, matches: (name: string) => boolean): Promise<string[]> =>
  below(folder, matches, []);

/** `above`: the folders that led here, by their own paths. */
async function below(
  folder: string,
  matches: (name: string) => boolean,
  above: readonly string[],
): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const own = await realpath(folder);
  if (above.includes(own)) return [];
  const found = await Promise.all(
    entries
      .filter(({ name }) => !name.startsWith('.') && name !== 'node_modules')
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(async (entry) => {
        const path = join(folder, entry.name);
        // A link that leads nowhere is a file that cannot be read.
        const there = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
        if (there?.isDirectory()) return below(path, matches, [...above, own]);
        return matches(entry.name) ? [path] : [];
      }),
  );
  return found.flat();
}
