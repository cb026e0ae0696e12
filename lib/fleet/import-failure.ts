import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { nearest } from '../messages/nearest.ts';
import { importFile, serviceDoor } from './import-file.ts';

/** Why a file of the definition cannot be loaded, for whoever wrote it. */
export interface ImportFailure {
  /** `fleet.config.ts:12`, or another file that it loads; without the line where the failure does not tell. */
  readonly place: string;
  /** In one line. */
  readonly reason: string;
}

/** `path`: the file that was to be loaded; `shown`: as people know it. */
export async function importFailure(path: string, shown: string, cause: unknown): Promise<ImportFailure> {
  const at = placeOf(path, cause) ?? (await placeOfRequest(path, cause));
  const file = at?.file ?? path;
  const name = file === path ? shown : join(dirname(shown), relative(dirname(path), file));
  return {
    place: at === undefined ? name : `${name}:${at.line}`,
    reason: (await unknownExport(file, cause)) ?? oneLine(cause),
  };
}

/** The part of a message that says what is wrong; where Node and the loader looked is of no help. */
const oneLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause))
    .replace(/\nRequire stack:[\s\S]*$/, '')
    .replace(/^ParseError: /, '')
    .replace(/\s+\S+:\d+:\d+\s*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface Place {
  readonly file: string;
  readonly line: number;
}

/** The nearest line of the failure in the file, or in one of the same folder or below it. */
function placeOf(path: string, cause: unknown): Place | undefined {
  if (!(cause instanceof Error)) return undefined;
  const frame = new RegExp(`(${escaped(dirname(path))}[^\\n()?]*?)(?:\\?[^\\s()]*)?:(\\d+):\\d+`, 'g');
  for (const [, file = '', line] of `${cause.message}\n${cause.stack ?? ''}`.matchAll(frame))
    if (!/[\\/]node_modules[\\/]/.test(file)) return { file, line: Number(line) };
  return undefined;
}

/** What cannot be found is named by the line that asks for it. */
async function placeOfRequest(path: string, cause: unknown): Promise<Place | undefined> {
  if (!(cause instanceof Error)) return undefined;
  const [, asked] = /^Cannot find (?:module|package) '([^']+)'/.exec(cause.message) ?? [];
  const lines = asked === undefined ? [] : (await readFile(path, 'utf8')).split('\n');
  const index = lines.findIndex((line) => line.includes(`'${asked}'`) || line.includes(`"${asked}"`));
  return index < 0 ? undefined : { file: path, line: index + 1 };
}

/** What is imported by a name that the module does not have is only missed where it is used. */
async function unknownExport(file: string, cause: unknown): Promise<string | undefined> {
  if (!(cause instanceof TypeError)) return undefined;
  const [, name] = /\b_\w+\.(\w+)\)? is not a (?:function|constructor)$/.exec(cause.message) ?? [];
  if (name === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch(() => '');
  const imports = /\bimport\s*(?:[\w$]+\s*,\s*)?\{([^}]*)\}\s*from\s*['"]([^'"]+)['"]/g;
  for (const [, names = '', from = ''] of text.matchAll(imports)) {
    if (!new RegExp(`(^|[,\\s])${escaped(name)}($|[,\\s])`).test(names)) continue;
    const meant = nearest(name, await exportsOf(from, file));
    return `${from} has no ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`;
  }
  return undefined;
}

/** The names that a module exports, as a file beside it sees them; none where it cannot be loaded. */
async function exportsOf(module: string, file: string): Promise<string[]> {
  if (module === 'zeroshift/fleet') return Object.keys(await import('./index.ts'));
  if (module === serviceDoor) return Object.keys(await import('../../constructs/service/index.ts'));
  if (!module.startsWith('.')) return [];
  return importFile(join(dirname(file), module)).then(Object.keys, () => []);
}
