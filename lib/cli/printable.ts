import { stripVTControlCharacters } from 'node:util';

/** Without what would move a terminal's cursor or colour its text: some of it comes from clusters and servers. */
export const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  stripVTControlCharacters(text).replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
