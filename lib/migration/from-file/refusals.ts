import { type Problem, ZeroshiftError } from '../../messages/error.ts';

/** Bytes of a file that is read. */
export const mostBytes = 64 * 1024 * 1024;
/** Characters of one document: the tree of a YAML document is a hundred times its text. */
export const mostInDocument = 8 * 1024 * 1024;

export const what = 'what `kn service export` or `zeroshift inventory -o yaml` writes';

/** What is wrong with a file. */
export function refused(
  code: string,
  message: string,
  problems: readonly Problem[],
  action: string,
  cause?: unknown,
): ZeroshiftError {
  return new ZeroshiftError(message, { code, source: 'user', problems, action, cause });
}

export const tooLarge = (where: string, found: string, allowed: string): ZeroshiftError =>
  refused(
    'export.too-large',
    'the file is larger than any export',
    [{ where, found, allowed }],
    'export in several files, a namespace or a service each',
  );
