import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;

/**
 * Makes a folder and those above it. One by one: Node's own recursive way hides why a folder is refused, and never ends
 * where the system says that there is no such place. Throws what the system says.
 */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder);
  const there = (place: string) => stat(place).catch(() => undefined);
  if ((await there(path))?.isDirectory()) return;
  const parent = dirname(path);
  if (parent !== path && (await there(parent)) === undefined) await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    throw error;
  }
}
