import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/** What a file of the definition exports, by name. Throws whatever the file or the loader throws. */
export async function importFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const { createJiti } = await import('jiti');
  const jiti = createJiti(pathToFileURL(path).href, {
    moduleCache: false,
    fsCache: false,
    interopDefault: false,
    // The definition gets these very modules, so that it works before anything is built or installed.
    virtualModules: {
      'zeroshift/fleet': { ...(await import('./define-fleet.ts')), ...(await import('./duration.ts')) },
    },
  });
  return jiti.import<Readonly<Record<string, unknown>>>(path);
}

/** The part of a message that says what is wrong; where Node and the loader looked is of no help. */
export const oneLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause))
    .replace(/\nRequire stack:[\s\S]*$/, '')
    .replace(/^ParseError: /, '')
    .replace(/\s+\S+:\d+:\d+\s*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The 1-based line of a file at which it cannot be loaded, as far as the failure tells; else undefined. */
export async function lineOfFailure(path: string, cause: unknown): Promise<number | undefined> {
  if (!(cause instanceof Error)) return undefined;
  const at = new RegExp(`${escaped(path)}:(\\d+):\\d+`).exec(`${cause.message}\n${cause.stack ?? ''}`);
  if (at !== null) return Number(at[1]);
  // What cannot be found is named by the line that asks for it.
  const [, asked] = /^Cannot find (?:module|package) '([^']+)'/.exec(cause.message) ?? [];
  const lines = asked === undefined ? [] : (await readFile(path, 'utf8')).split('\n');
  const index = lines.findIndex((line) => line.includes(`'${asked}'`) || line.includes(`"${asked}"`));
  return index < 0 ? undefined : index + 1;
}
