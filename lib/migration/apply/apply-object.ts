import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Arrival, arrive } from '../arrival/index.ts';
import type { ObjectPlace, PlannedObject } from '../plan/plan.ts';
import type { ApplyPort } from './guarded-port.ts';
import { beingDeleted, outcomeOf } from './outcome-of.ts';
import type { ObjectResult } from './result.ts';
import { withValues } from './secret-values.ts';

export const placeOf = ({ apiVersion, kind, namespace, name }: ObjectPlace): ObjectPlace => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** The objects that a planned object is made with. */
export const writtenBy = ({ arrival, writes = [] }: PlannedObject): readonly KubeObject[] =>
  arrival === undefined ? writes.map(({ object }) => object) : [arrival.object, ...asTemplates(arrival)];

/** How many writes it may take. */
export const writesOf = (planned: PlannedObject): number =>
  planned.arrival?.writes ?? writtenBy(planned).length;

/** Revisions refer to what their owner would refer to with their template. */
const asTemplates = ({ object, revisions }: Arrival): KubeObject[] =>
  revisions.map(({ spec }) => ({ ...object, spec: { template: { spec } } }));

/** What the plan says of an object that is not to be written; undefined where it is. */
export function settled(planned: PlannedObject): ObjectResult | undefined {
  const place = placeOf(planned);
  switch (planned.verdict) {
    case 'unchanged':
      return { ...place, outcome: 'unchanged' };
    case 'conflict': {
      const conflicts = planned.conflicts ?? [];
      const why = `somebody else wrote what differs: ${conflicts.map(({ field, owner }) => `${field} is ${owner}'s`).join(', ')}`;
      const action =
        'decide whose the fields are: take them from the other manager, or make the source say the same';
      return { ...place, outcome: 'conflict', conflicts, reason: { code: 'field-conflict', why, action } };
    }
    case 'refusal': {
      const [first] = planned.refusals ?? [];
      return first === undefined ? undefined : { ...place, outcome: 'failed', reason: first };
    }
    default:
      return undefined;
  }
}

/**
 * Makes one object as planned. Repeating it changes nothing.
 * @throws what is a mistake of ours
 */
export async function applyObject(
  planned: PlannedObject,
  source: Pick<ApplyPort, 'get'>,
  target: ApplyPort,
): Promise<ObjectResult> {
  const place = placeOf(planned);
  try {
    if (planned.arrival !== undefined) {
      await arrive(target, planned.arrival);
      return { ...place, outcome: 'applied' };
    }
    for (const object of writtenBy(planned)) {
      const { metadata } = await target.apply(await withValues(object, planned, source));
      if (metadata.deletionTimestamp !== undefined)
        return { ...place, outcome: 'failed', reason: beingDeleted(metadata.finalizers) };
    }
    return { ...place, outcome: 'applied' };
  } catch (error) {
    return outcomeOf(place, error);
  }
}
