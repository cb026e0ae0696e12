import { ZeroshiftError } from '../../messages/error.ts';
import type { Say } from '../../messages/index.ts';
import type { MigrationPlan, PlannedObject } from '../../migration/plan/index.ts';

const placeOf = ({ apiVersion, kind, namespace, name }: PlannedObject) => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** Of an API server behind the cluster's: it says itself what to do. */
const isAway = (text: string): boolean => text.includes(': the APIService ');

/**
 * Says what is refused, in conflict, or not known, and begins nothing then.
 * @param touched what was done before, as a clause
 * @throws ZeroshiftError `migrate.in-the-way`
 */
export function refuseWhatIsInTheWay(say: Say, plan: MigrationPlan, touched = 'nothing was touched'): void {
  let count = 0;
  for (const { region, objects, unread } of plan.regions) {
    for (const object of objects) {
      const place = { region, ...placeOf(object) };
      for (const { code, why, action } of object.verdict === 'refusal' ? (object.refusals ?? []) : [])
        say('migrate.in-the-way', { ...place, verdict: 'refusal', code, why: [why], action });
      if (object.verdict === 'conflict')
        say('migrate.in-the-way', {
          ...place,
          verdict: 'conflict',
          why: (object.conflicts ?? []).map(({ field, owner }) => `${field} is ${owner}'s`),
          action:
            'decide whose the fields are: take them from the other manager, or make the source say the same',
        });
      if (object.verdict === 'refusal' || object.verdict === 'conflict') count++;
    }
    for (const text of unread) {
      say('migrate.in-the-way', {
        region,
        apiVersion: '',
        kind: text,
        name: '',
        verdict: 'unread',
        why: [],
        action: isAway(text)
          ? 'see to that on the source, and plan again'
          : 'give the right to read it, or leave it out with --namespace',
      });
      count++;
    }
  }
  if (count === 0) return;
  throw new ZeroshiftError(
    `${count === 1 ? 'one object is' : `${count} objects are`} in the way, and ${touched}`,
    {
      code: 'migrate.in-the-way',
      source: 'outside',
      action: `see to what is said above; what may stay out is left out by the fleet's migration.workloads (skip), --namespace or --selector`,
    },
  );
}
