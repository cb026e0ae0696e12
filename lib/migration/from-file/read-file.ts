import { readFileSync, statSync } from 'node:fs';
import type { ExportedFile } from './exported-file.ts';
import { type ReadExportOptions, readExport } from './read-export.ts';
import { mostBytes, refused, tooLarge } from './refusals.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'it may not be read',
  ELOOP: 'the link leads to itself',
};

const unreadable = (file: string, found: string, cause?: unknown) =>
  refused(
    'export.unreadable',
    `${file} cannot be read`,
    [{ where: file, found, allowed: 'a file that can be read' }],
    'name a file that is there',
    cause,
  );

/**
 * Reads an export from a file, whole.
 * @throws ZeroshiftError `export.unreadable`, and what `readExport` throws
 */
export function readExportFile(file: string, options: ReadExportOptions = {}): ExportedFile {
  let text: string;
  try {
    const found = statSync(file);
    // A pipe or a device may never come to an end.
    if (!found.isFile())
      throw unreadable(file, found.isDirectory() ? 'it is a folder' : 'it is no regular file');
    if (found.size > mostBytes)
      throw tooLarge(
        file,
        `${Math.ceil(found.size / 1024 / 1024)} MiB`,
        `at most ${mostBytes / 1024 / 1024} MiB`,
      );
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code ?? '');
    if (!(error instanceof Error) || reasons[code] === undefined) throw error;
    throw unreadable(file, reasons[code], error);
  }
  return readExport(text, file, options);
}
