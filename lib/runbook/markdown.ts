/** Lines as a block of shell code. The fence is longer than any within: no line can end the block. */
export function codeBlock(...lines: readonly string[]): string[] {
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1));
  return [`${fence}sh`, ...lines, fence, ''];
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

const longestRun = (text: string): number =>
  Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
