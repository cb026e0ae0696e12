import { readFile, stat } from 'node:fs/promises';
import { filesBelow } from '../files/index.ts';
import { ZeroshiftError } from '../messages/error.ts';

export interface ManifestFile {
  /** As it was asked for, or below the folder that was; `-` for the standard input. */
  readonly file: string;
  readonly text: string;
}

const missing = (file: string, cause: unknown): ZeroshiftError =>
  new ZeroshiftError(`${file} cannot be read`, {
    code: 'file.unreadable',
    source: 'user',
    problems: [{ where: '-f', value: file, allowed: 'a file, a folder, or - for the standard input' }],
    action: 'name a file that is there',
    cause,
  });

const isManifest = (name: string): boolean => /\.(ya?ml|json)$/i.test(name);

async function textOf(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * The files that are asked for, in order; of a folder all manifests below it, by name.
 * @throws ZeroshiftError `file.unreadable`
 */
export async function* manifestFiles(
  asked: readonly string[],
  stdin: AsyncIterable<Buffer | string>,
): AsyncGenerator<ManifestFile> {
  for (const name of asked) {
    if (name === '-') {
      yield { file: name, text: await textOf(stdin) };
      continue;
    }
    try {
      const files = (await stat(name)).isDirectory() ? await filesBelow(name, isManifest) : [name];
      for (const file of files) yield { file, text: await readFile(file, 'utf8') };
    } catch (error) {
      throw missing(name, error);
    }
  }
}
