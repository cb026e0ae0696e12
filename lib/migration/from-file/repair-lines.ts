import type { ExportRepair, RepairCode } from './exported-file.ts';

/** What each kind of repair is called above its lines, the weightiest first. */
const titles: Readonly<Record<RepairCode, string>> = {
  'revision-missing': 'revisions that are not in the file',
  'digest-unknown': 'images that are looked up again',
  'traffic-missing': 'traffic that the file does not say',
  'latest-by-name': 'traffic that named the latest revision',
  'latest-named': 'revisions whose name was worked out',
  'generation-numbered': 'revisions that were numbered',
  replayed: 'earlier states that became revisions',
  'namespace-chosen': 'namespaces that the file does not say',
  'namespace-bare': 'namespaces that are not in the file',
  'cluster-fields': 'left behind',
  'secret-left-out': 'Secrets without values',
};

/** The repairs of a file for people: by what they are, each with its place. */
export function repairLines(
  repairs: readonly ExportRepair[],
): { readonly text: string; readonly style: 'plain' | 'title' }[] {
  return (Object.keys(titles) as RepairCode[]).flatMap((code) => {
    const found = repairs.filter((one) => one.code === code);
    if (found.length === 0) return [];
    return [
      { text: `${titles[code]} (${found.length})`, style: 'title' as const },
      ...found.map(({ where, object, text }) => ({
        text: `  ${object}  ${text} (${where})`,
        style: 'plain' as const,
      })),
    ];
  });
}
