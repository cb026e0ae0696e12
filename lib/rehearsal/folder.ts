import { readdir, rmdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { makeFolder } from '../files/index.ts';
import { ZeroshiftError } from '../messages/error.ts';

/**
 * Makes the folder of a rehearsal. It is new or empty: two rehearsals in one would be read as one.
 * @returns what takes away again those folders that were made, as far as nothing is in them
 * @throws ZeroshiftError `rehearsal.folder-used`, `rehearsal.no-folder`
 */
export async function makeRehearsalFolder(directory: string): Promise<() => Promise<void>> {
  const made = await missingFolders(directory);
  let names: string[];
  try {
    await makeFolder(directory);
    names = await readdir(directory);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^[A-Z]+: /, '') : String(cause);
    throw new ZeroshiftError(`a rehearsal cannot be written there: ${why}`, {
      code: 'rehearsal.no-folder',
      source: 'user',
      problems: [{ where: '--out', value: directory, allowed: 'a folder that can be made, or an empty one' }],
      cause,
    });
  }
  if (names.length > 0)
    throw new ZeroshiftError('there is something in this folder already', {
      code: 'rehearsal.folder-used',
      source: 'user',
      problems: [{ where: '--out', value: directory, allowed: 'a new folder, or an empty one' }],
      action: 'name another folder, or leave --out away: each rehearsal gets a folder of its own then',
    });
  return async () => {
    try {
      for (const folder of made) await rmdir(folder);
    } catch {
      // Something is in it: that is worth more than order.
    }
  };
}

/** The folder and those above it that are not there, the innermost first. */
async function missingFolders(directory: string): Promise<string[]> {
  const missing: string[] = [];
  for (let at = resolve(directory); !(await isThere(at)) && at !== dirname(at); at = dirname(at))
    missing.push(at);
  return missing;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
