import { digestOf } from '../../cutover/canonical-json.ts';
import { placeText } from '../apply/needs.ts';
import type { PlannedObject, RegionPlan } from '../plan/plan.ts';
import type { FollowState } from './state.ts';

/** Why the target's object is somebody else's business now. Codes are a contract. */
export type HeldCode =
  /** It was deleted there, and the source has it as before. */
  | 'deleted-on-target'
  /** It is not as it was written, and the source says what it said then. */
  | 'changed-on-target';

export const heldWhy: Readonly<Record<HeldCode, string>> = {
  'deleted-on-target': 'it was deleted on the target, and is not made again',
  'changed-on-target': 'it was changed on the target since it was written, and is not written again',
};

/** What would be written. Of Secrets nobody can tell, as their values are not in the plan. */
export function digestOfWrites(planned: PlannedObject): string | undefined {
  if (planned.kind === 'Secret' && planned.apiVersion === 'v1') return undefined;
  const { writes, ...rest } = planned;
  const arrival = 'arrival' in rest ? rest.arrival : undefined;
  return writes === undefined && arrival === undefined ? undefined : digestOf({ writes, arrival });
}

/** A plan without what would be written against somebody on the target. Pure. */
export function withoutHeld(
  plan: RegionPlan,
  { made, taken }: FollowState,
): { readonly plan: RegionPlan; readonly held: ReadonlyMap<string, HeldCode> } {
  const held = new Map<string, HeldCode>();
  const objects = plan.objects.map((planned): PlannedObject => {
    if (planned.verdict !== 'create' && planned.verdict !== 'update') return planned;
    const name = placeText(planned);
    const written = made.get(name);
    if (planned.verdict === 'create' && taken.has(name)) held.set(name, 'deleted-on-target');
    else if (written !== undefined && written === digestOfWrites(planned))
      held.set(name, planned.verdict === 'create' ? 'deleted-on-target' : 'changed-on-target');
    else return planned;
    return { ...planned, verdict: 'conflict', conflicts: [] };
  });
  return held.size === 0 ? { plan, held } : { plan: { ...plan, objects }, held };
}
