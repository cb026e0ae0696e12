interface Line {
  /** As a unified difference marks it. */
  readonly mark: ' ' | '-' | '+';
  readonly text: string;
}

/** Blocks with more pairs of lines than this are shown as replaced: comparing each with each would take seconds. */
const mostPairs = 4_000_000;

const marked = (mark: Line['mark'], texts: readonly string[]): Line[] =>
  texts.map((text) => ({ mark, text }));

/** The shortest way from one block of lines to another, by their longest common subsequence. */
function changed(before: readonly string[], after: readonly string[]): Line[] {
  const width = after.length + 1;
  if (before.length * after.length > mostPairs) return [...marked('-', before), ...marked('+', after)];
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--)
    for (let j = after.length - 1; j >= 0; j--)
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old = '', fresh = ''] = [before[i], after[j]];
    if (i < before.length && j < after.length && old === fresh) {
      lines.push({ mark: ' ', text: old });
      i++;
      j++;
    } else if (i < before.length && (j === after.length || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ mark: '-', text: old });
      i++;
    } else {
      lines.push({ mark: '+', text: fresh });
      j++;
    }
  }
  return lines;
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

function allLines(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [
    ...marked(' ', before.slice(0, start)),
    ...changed(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...marked(' ', before.slice(before.length - end)),
  ];
}

export interface DifferenceOptions {
  /** Lines around each change. @default 3 */
  readonly context?: number;
}

/**
 * The difference of two texts in the unified format, such as `diff -u` writes it; empty where they are equal. Pure.
 * @param name of the file, for the two lines at the top
 * @param before what is there; undefined where there is nothing
 * @param after what should be there; undefined where nothing should
 */
export function unifiedDifference(
  name: string,
  before: string | undefined,
  after: string | undefined,
  options: DifferenceOptions = {},
): string {
  if (before === after) return '';
  const { context = 3 } = options;
  const lines = allLines(linesOf(before ?? ''), linesOf(after ?? ''));
  const shown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ mark }) => mark !== ' '),
  );
  const out = [
    `--- ${before === undefined ? '/dev/null' : name}`,
    `+++ ${after === undefined ? '/dev/null' : name}`,
  ];
  let [old, fresh] = [1, 1];
  for (let index = 0; index < lines.length; ) {
    let stop = index;
    while (stop < lines.length && shown[stop] === shown[index]) stop++;
    const block = lines.slice(index, stop);
    const inOld = block.filter(({ mark }) => mark !== '+').length;
    const inFresh = block.filter(({ mark }) => mark !== '-').length;
    if (shown[index]) {
      const [from, to] = [inOld === 0 ? old - 1 : old, inFresh === 0 ? fresh - 1 : fresh];
      out.push(`@@ -${from},${inOld} +${to},${inFresh} @@`, ...block.map(({ mark, text }) => mark + text));
    }
    old += inOld;
    fresh += inFresh;
    index = stop;
  }
  return `${out.join('\n')}\n`;
}
