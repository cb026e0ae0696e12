import type { Problem } from '../messages/error.ts';
import type { HandsOn, StepNames } from './cutover-hands.ts';

const kinds = ['preflight', 'migrate', 'verify', 'floors', 'shift', 'drain', 'hand-over', 'bake', 'hold'];

/** What hooks, approvals and waves say of steps and regions that there are not. */
export function handsOnProblems(
  { approvals, hooks, waves }: HandsOn,
  shares: readonly number[],
  regions: readonly string[] | undefined,
): Problem[] {
  const names = new Set([...kinds, ...shares.map((share) => `shift-${share}`)]);
  const known = (name: string): boolean => {
    const slash = name.lastIndexOf('/');
    if (slash < 0) return names.has(name);
    return names.has(name.slice(slash + 1)) && regions?.includes(name.slice(0, slash)) !== false;
  };
  const unknown = (given: StepNames, where: string): Problem[] =>
    given.flatMap((value, index) =>
      known(value)
        ? []
        : [
            {
              where: `${where}[${index}]`,
              value,
              allowed: `${[...names].join(', ')}, or one region's: REGION/STEP`,
            },
          ],
    );
  const twice = hooks.flatMap(({ name }, index): Problem[] =>
    hooks.findIndex((other) => other.name === name) < index
      ? [{ where: `cutover.hooks[${index}].name`, value: name, allowed: 'each name once' }]
      : [],
  );
  return [
    ...unknown(approvals, 'cutover.approvals'),
    ...hooks.flatMap(({ steps = [] }, index) => unknown(steps, `cutover.hooks[${index}].steps`)),
    ...twice,
    ...(waves === undefined || regions === undefined ? [] : waveProblems(waves, regions)),
  ];
}

function waveProblems(waves: readonly (readonly string[])[], regions: readonly string[]): Problem[] {
  const all = waves.flat();
  const missing = regions.filter((region) => !all.includes(region));
  const found = waves.flatMap((wave, index) =>
    wave.flatMap((region, place): Problem[] => {
      const where = `cutover.waves[${index}][${place}]`;
      if (!regions.includes(region))
        return [{ where, value: region, allowed: `a region of the fleet: ${regions.join(', ')}` }];
      const before = waves.slice(0, index).flat().includes(region) || wave.indexOf(region) < place;
      return before ? [{ where, value: region, allowed: 'each region once' }] : [];
    }),
  );
  return missing.length === 0
    ? found
    : [
        ...found,
        { where: 'cutover.waves', value: waves, allowed: `every region: ${missing.join(', ')} is missing` },
      ];
}
