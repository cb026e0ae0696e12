import type { CutoverPlan } from '../plan.ts';

/** How the plan's capacity is printed, region by region; empty for a plan of before, which says nothing of it. */
export function capacityLines({ regions, from, to }: CutoverPlan): string[] {
  return regions.flatMap(({ region, capacity }) => {
    if (capacity === undefined || capacity.steps.length === 0) return [];
    const { revisions, steps, node } = capacity;
    const head = [
      'share',
      `pods ${to} needs`,
      'pods each keeps',
      ...(node === undefined ? [] : ['nodes each']),
    ];
    const rows = steps.map(({ share, needs, keeps, nodes }) => [
      `${share} %`,
      String(needs),
      String(keeps),
      ...(node === undefined ? [] : [nodes === undefined ? '' : String(nodes)]),
    ]);
    const grown = revisions.filter(({ pods, floor }) => floor > pods);
    return [
      `capacity in ${region}: ${revisions.length} revisions run pods on ${from}; both colours keep them until finalize`,
      ...table([head, ...rows]),
      ...(grown.length === 0
        ? []
        : [
            `  more than runs now: ${grown
              .slice(0, 5)
              .map(
                ({ namespace, revision, pods, floor }) =>
                  `${namespace}/${revision} ${floor} instead of ${pods}`,
              )
              .join(', ')}${grown.length > 5 ? `, and ${grown.length - 5} more` : ''}`,
          ]),
    ];
  });
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) => `  ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('   ')}`);
}
