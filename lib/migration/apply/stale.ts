import { canonicalJson } from '../../cutover/canonical-json.ts';
import type { MigrationPlan, PlannedObject, RegionPlan } from '../plan/plan.ts';
import { placeText } from './needs.ts';

/** What does not hold any more of a plan, as clauses: `Service.serving.knative.dev shop/cart: …`. */
export function stalePlaces(plan: MigrationPlan, now: MigrationPlan): string[] {
  const fresh = new Map(now.regions.map((region) => [region.region, region]));
  return plan.regions.flatMap((region) => staleIn(region, fresh.get(region.region)));
}

function staleIn(planned: RegionPlan, now: RegionPlan | undefined): string[] {
  if (now === undefined) return [`region ${planned.region}: it is not there any more`];
  const before = new Map(planned.objects.map((object) => [placeText(object), object]));
  const after = new Map(now.objects.map((object) => [placeText(object), object]));
  const changed = [...after].flatMap(([name, object]) => {
    const why = changeOf(before.get(name), object);
    return why === undefined ? [] : [`${name}: ${why}`];
  });
  const gone = [...before.keys()]
    .filter((name) => !after.has(name))
    .map((name) => `${name}: it is not on the source any more`);
  const unread = now.unread.filter((text) => !planned.unread.includes(text));
  return [...changed, ...gone, ...unread.map((text) => `${text}: it could not be read`)].sort();
}

const isWritten = ({ verdict }: PlannedObject): boolean => verdict === 'create' || verdict === 'update';

/** What it comes to in the end; a run that was stopped has done a part of the way. */
const aimOf = ({ arrival, writes = [] }: PlannedObject): string =>
  canonicalJson(arrival?.object ?? writes.at(-1)?.object ?? null);

function changeOf(before: PlannedObject | undefined, now: PlannedObject): string | undefined {
  if (before === undefined) return 'it was not on the source then';
  if (isWritten(now) && isWritten(before))
    return aimOf(before) === aimOf(now) ? undefined : 'the source has changed it';
  // What was to be made is there by now: a run of this plan made it.
  if (now.verdict === 'unchanged' && isWritten(before)) return undefined;
  if (now.verdict === before.verdict) return undefined;
  return `it was ${words[before.verdict]} then, and is ${words[now.verdict]} now`;
}

const words = {
  create: 'to be created',
  update: 'to be updated',
  unchanged: 'unchanged',
  conflict: 'in conflict',
  refusal: 'refused',
} as const;
