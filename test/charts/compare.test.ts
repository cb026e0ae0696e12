import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unifiedDifference } from '../../charts/index.ts';

/** What a patch program would make of it. */
function patched(before: string, difference: string): string {
  const old = before.split('\n');
  const out: string[] = [];
  let at = 0;
  for (const line of difference.split('\n').slice(2, -1)) {
    const [, from, count] = /^@@ -(\d+),(\d+) /.exec(line) ?? [];
    if (from !== undefined) {
      const start = Number(count) === 0 ? Number(from) : Number(from) - 1;
      out.push(...old.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      expect(old[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at++;
    }
  }
  return [...out, ...old.slice(at)].join('\n');
}

describe('the difference of two manifests', () => {
  it('shows what changed, and a little around it', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);
    const before = `${lines.join('\n')}\n`;
    const after = before.replace('line 6\n', 'line six\n').replace('line 12\n', '');
    expect(unifiedDifference('a.yaml', before, after, { context: 1 })).toBe(
      [
        '--- a.yaml',
        '+++ a.yaml',
        '@@ -5,3 +5,3 @@',
        ' line 5',
        '-line 6',
        '+line six',
        ' line 7',
        '@@ -11,2 +11,1 @@',
        ' line 11',
        '-line 12',
        '',
      ].join('\n'),
    );
  });

  it('is empty for equal texts, and whole for files that only one side has', () => {
    expect(unifiedDifference('a', 'x\n', 'x\n')).toBe('');
    expect(unifiedDifference('a', undefined, 'x\ny\n')).toBe(
      '--- /dev/null\n+++ a\n@@ -0,0 +1,2 @@\n+x\n+y\n',
    );
    expect(unifiedDifference('a', 'x\n', undefined)).toBe('--- a\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-x\n');
  });

  it('leads from one text to the other', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c', '', '- x'), { minLength: 1, maxLength: 30 })
      .map((lines) => `${lines.join('\n')}\n`);
    fc.assert(
      fc.property(text, text, fc.nat(4), (before, after, context) => {
        const difference = unifiedDifference('f', before, after, { context });
        expect(difference === '' ? before : patched(before, difference)).toBe(after);
      }),
      { seed: 20_261_124, numRuns: 500 },
    );
  });
});
