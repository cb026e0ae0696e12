import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** The command as it is built, in a folder of its own. */
export interface BuiltCommand {
  /** Path of the file that `node` runs. */
  readonly file: string;
  remove(): Promise<void>;
}

const root = resolve(import.meta.dirname, '../..');

/** Builds the command beside the usual one: other runs may be using that. */
export async function buildCommand(): Promise<BuiltCommand> {
  const folder = join('dist', `test-${randomUUID().slice(0, 8)}`);
  await promisify(execFile)(process.execPath, ['scripts/build-command.mjs', folder], {
    cwd: root,
    timeout: 60_000,
  });
  return {
    file: join(root, folder, 'zeroshift.js'),
    remove: () => rm(join(root, folder), { recursive: true, force: true }),
  };
}
