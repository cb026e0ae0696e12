import type { KubeObject } from '../../clusters/cluster-port.ts';
import { differenceText } from '../../drift/readable.ts';
import { keyOf, keyText } from '../inventory/names.ts';
import { differences, merged } from './differences.ts';
import { droppedPaths, ownersOf } from './field-owners.ts';
import { fixedLacks } from './lacks.ts';
import { type Path, pathText, withoutPath } from './paths.ts';
import type { PlannedConflict, PlannedObject } from './plan.ts';

/** What the target says to an object that it could take. */
export type Judgement = Pick<
  PlannedObject,
  'verdict' | 'difference' | 'conflicts' | 'refusals' | 'differingKeys'
>;

/** Where the target's object differs, and who is in the way. What an autoscaler set is no difference. */
function fieldsOf(live: KubeObject, want: KubeObject): { ours: Path[]; conflicts: PlannedConflict[] } {
  const ours: Path[] = [];
  const conflicts: PlannedConflict[] = [];
  for (const { path, how } of differences(live, want)) {
    const owners = ownersOf(live, path);
    if (owners.some(({ subresource }) => subresource === 'scale')) continue;
    const field = pathText(path);
    if (owners.length > 0) conflicts.push(...owners.map(({ manager }) => ({ field, owner: manager })));
    // More than was asked for, and nobody's: an apply would leave it.
    else if (how !== 'extra') ours.push(path);
  }
  return { ours: [...ours, ...droppedPaths(live, want)], conflicts };
}

/**
 * Compares what is wanted with what the target has. @param differingKeys of a Secret: keys whose values are others
 */
export function judgeObject(
  want: KubeObject,
  live: KubeObject | undefined,
  differingKeys: readonly string[] = [],
): Judgement {
  if (live === undefined) return { verdict: 'create' };
  const { ours, conflicts } = fieldsOf(live, want);
  const values = differingKeys.map((key): Path => ['data', key]);
  const owned = values.flatMap((path) =>
    ownersOf(live, path).map(({ manager }) => ({ field: pathText(path), owner: manager })),
  );
  const all = [...conflicts, ...owned].sort((a, b) => (a.field + a.owner < b.field + b.owner ? -1 : 1));
  const told = {
    ...(values.length === 0 ? {} : { differingKeys: [...differingKeys].sort() }),
    ...shown(live, want),
  };
  if (all.length > 0) return { verdict: 'conflict', conflicts: once(all), ...told };
  if (ours.length === 0 && values.length === 0) return { verdict: 'unchanged' };
  const fixed = fixedLacks(live, ours.map(pathText), values.length > 0);
  return fixed.length > 0 ? { verdict: 'refusal', refusals: fixed, ...told } : { verdict: 'update', ...told };
}

const once = (conflicts: readonly PlannedConflict[]): PlannedConflict[] => [
  ...new Map(conflicts.map((one) => [`${one.field} ${one.owner}`, one])).values(),
];

function shown(live: KubeObject, want: KubeObject): { difference?: string } {
  let next = merged(live, want);
  // From the end, so that places in lists stay what they were.
  for (const path of [...droppedPaths(live, want)].reverse()) next = withoutPath(next, path);
  // What stands in two places must not become an alias of YAML.
  const asData = (value: unknown): KubeObject => JSON.parse(JSON.stringify(value)) as KubeObject;
  const difference = differenceText(keyText(keyOf(want)), asData(live), asData(next));
  return difference === '' ? {} : { difference };
}
