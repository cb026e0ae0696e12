import { lstat, readFile, stat } from 'node:fs/promises';
import { filesBelow } from '../files/index.ts';
import { ZeroshiftError } from '../messages/error.ts';

export interface ManifestFile {
  /** As it was asked for, or below the folder that was; `-` for the standard input. */
  readonly file: string;
  /** What was asked for. */
  readonly asked: string;
  readonly text: string;
  /** Why a file of a folder cannot be read. The others are read all the same. */
  readonly unreadable?: string;
}

const allowed = 'a file, a folder, or - for the standard input';

const refused = (file: string, found: string, cause?: unknown): ZeroshiftError =>
  new ZeroshiftError(`${file} cannot be read`, {
    code: 'file.unreadable',
    source: 'user',
    problems: [{ where: '-f', found: `${file}: ${found}`, allowed }],
    action: 'name a file that is there',
    cause,
  });

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it may not be read',
  ELOOP: 'the link leads to itself',
  EISDIR: 'it is a folder',
};

/** In words: what the system said, and of a link that leads nowhere, that it is one. */
async function reasonOf(file: string, error: unknown): Promise<string> {
  const code = String((error as NodeJS.ErrnoException).code ?? '');
  const link = await lstat(file).catch(() => undefined);
  if (code === 'ENOENT') return link?.isSymbolicLink() ? 'the link leads nowhere' : 'there is no such file';
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

type Read = Pick<ManifestFile, 'text' | 'unreadable'>;

/** What a file holds, or why that cannot be told. A pipe or a device may never come to an end, and is not opened. */
async function read(file: string): Promise<Read> {
  try {
    if (!(await stat(file)).isFile()) return { text: '', unreadable: 'it is no regular file' };
    return { text: await readFile(file, 'utf8') };
  } catch (error) {
    return { text: '', unreadable: await reasonOf(file, error) };
  }
}

/** A link whose name says nothing may have been a folder of manifests: one that leads nowhere is told, too. */
async function isDeadLink(file: string): Promise<boolean> {
  if (!(await lstat(file)).isSymbolicLink()) return false;
  return stat(file).then(
    () => false,
    () => true,
  );
}

async function* inFolder(folder: string): AsyncGenerator<ManifestFile> {
  for (const file of await filesBelow(folder, () => true))
    if (isManifest(file) || (await isDeadLink(file))) yield { file, asked: folder, ...(await read(file)) };
}

/**
 * The files that are asked for, in order; of a folder all manifests below it, by name.
 * @throws ZeroshiftError `file.unreadable` for one that is named itself
 */
export async function* manifestFiles(
  asked: readonly string[],
  stdin: AsyncIterable<Buffer | string>,
): AsyncGenerator<ManifestFile> {
  for (const name of asked) {
    if (name === '-') {
      yield { file: name, asked: name, text: await textOf(stdin) };
      continue;
    }
    const there = await stat(name).catch(async (error: unknown) => {
      throw refused(name, await reasonOf(name, error), error);
    });
    if (there.isDirectory()) {
      try {
        yield* inFolder(name);
      } catch (error) {
        if (ZeroshiftError.is(error) || !(error instanceof Error) || !('syscall' in error)) throw error;
        throw refused(name, error.message, error);
      }
      continue;
    }
    const { text, unreadable } = await read(name);
    if (unreadable !== undefined) throw refused(name, unreadable);
    yield { file: name, asked: name, text };
  }
}
