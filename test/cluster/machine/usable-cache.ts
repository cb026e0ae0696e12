import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../../../lib/files/index.ts';
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { cacheFolder } from './cache-folder.ts';

/** What the system says of a folder that cannot be used, and how a person says it. */
const meanings: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'its file system is read-only',
  ENOENT: 'it cannot be made',
  ENOTDIR: 'it cannot be made',
  EEXIST: 'there is something else in its place',
  ENOSPC: 'its disk is full',
  EDQUOT: 'its disk is full',
};

/** More than what a file system keeps beside a file's entry. */
const probe = Buffer.alloc(64 << 10);

/** What to do where there is no room or no right to write, as a clause. */
export const elsewhere =
  "set XDG_CACHE_HOME to a folder that can be written, with 3 GB free (GOCACHE and GOMODCACHE are Go's own)";

/**
 * An error of the system's at a file, as one for a person; undefined for any other.
 */
export function cacheError(error: unknown): ZeroshiftError | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const why = meanings[String(error.code)];
  if (why === undefined) return undefined;
  const path = 'path' in error && typeof error.path === 'string' ? error.path : cacheFolder();
  return new ZeroshiftError(`the lane's cache cannot be used: ${why}`, {
    code: 'lane.cache',
    source: 'user',
    exitCode: 1,
    problems: [{ where: path, found: error.message, allowed: 'a folder that can be written' }],
    action: elsewhere,
    cause: error,
  });
}

/**
 * Makes the cache's folder and writes something there.
 * @throws ZeroshiftError `lane.cache`
 */
export async function usableCache(): Promise<void> {
  const file = join(cacheFolder(), `.probe-${process.pid}`);
  try {
    await makeFolder(cacheFolder());
    await writeFile(file, probe);
  } catch (error) {
    throw cacheError(error) ?? error;
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}
