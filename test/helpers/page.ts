import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

/** A block of code of a page. */
export interface Block {
  /** Such as `sh`; empty where none is said. */
  readonly language: string;
  readonly text: string;
}

/** The blocks of code of a page below `docs`, in their order. */
export async function blocksOf(page: string): Promise<Block[]> {
  const text = await readFile(resolve(import.meta.dirname, '../../docs', page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    text: code,
  }));
}

/** The commands of a block, one each, without comments; a line that ends with `\` goes on in the next. */
export const commandsOf = ({ text }: Block): string[] =>
  text
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => line.replace(/\s#\s.*$/, '').split(' && '))
    .map((command) => command.trim())
    .filter((command) => command !== '');
