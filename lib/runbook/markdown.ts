/** Lines as a block of shell code. The fence is longer than any within: no line can end the block. */
export const codeBlock = (...lines: readonly string[]): string[] => block('sh', lines);

/** What the block of commands before it answers, word for word. */
export const expects = (...lines: readonly string[]): string[] => [
  'Expect:',
  '',
  ...block('text', lines.map(answered)),
];

/** Likewise, for the last lines alone: what comes before them tells how far it is. */
export const expectsAtTheEnd = (...lines: readonly string[]): string[] => [
  'Expect at the end:',
  '',
  ...block('text', lines.map(answered)),
];

/** The block of commands before it answers nothing when all is well. */
export const expectsNothing: readonly string[] = ['Expect nothing.', ''];

function block(language: string, lines: readonly string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}${language}`, ...lines, fence, ''];
}

/** A text as code within a sentence. */
export function code(text: string): string {
  const line = oneLine(text);
  const mark = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${mark}${space}${line}${space}${mark}`;
}

/** A text as a cell of a table, or within a sentence: nothing in it is markup. */
export const plain = (text: string): string =>
  oneLine(text).replace(/[\\`*_[\]<>|~#]/g, (mark) => `\\${mark}`);

const oneLine = (text: string): string => text.replace(/\s+/g, ' ');

/** An answer may have tabs, but is one line. */
const answered = (text: string): string => text.replace(/[^\S\t]+/g, ' ');

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
