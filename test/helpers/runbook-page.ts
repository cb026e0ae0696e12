/** A block of commands as it stands on a page, and what the page says of its answer. */
export interface PageBlock {
  readonly commands: string;
  /** `all`: the whole answer; `end`: its last lines. @default - the page says nothing of it */
  readonly expected?: { readonly of: 'all' | 'end'; readonly text: string };
}

export interface PageSection {
  readonly title: string;
  readonly blocks: readonly PageBlock[];
}

/** Cuts a runbook into its headings, whatever their level, with the blocks of commands below each; nothing is rewritten. */
export function readPage(page: string): PageSection[] {
  const sections: { title: string; blocks: PageBlock[] }[] = [];
  const lines = page.split('\n');
  let kind: 'all' | 'end' = 'all';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const blocks = sections.at(-1)?.blocks;
    const [, fence, language] = /^(`{3,})(\w*)$/.exec(line) ?? [];
    if (fence !== undefined) {
      const end = lines.indexOf(fence, at + 1);
      if (end < 0) throw new Error(`a block that begins in line ${at + 1} has no end`);
      const text = lines.slice(at + 1, end).join('\n');
      at = end;
      if (language === 'sh') blocks?.push({ commands: text });
      else expectOf(blocks, { of: kind, text });
    } else if (/^#{1,4} /.test(line)) sections.push({ title: line.replace(/^#+ /, ''), blocks: [] });
    else if (line === 'Expect:') kind = 'all';
    else if (line === 'Expect at the end:') kind = 'end';
    else if (line === 'Expect nothing.') expectOf(blocks, { of: 'all', text: '' });
  }
  return sections;
}

function expectOf(blocks: PageBlock[] | undefined, expected: NonNullable<PageBlock['expected']>): void {
  const last = blocks?.pop();
  if (last === undefined || last.expected !== undefined)
    throw new Error(`what is to be expected stands at no block of commands: ${expected.text}`);
  blocks?.push({ ...last, expected });
}
