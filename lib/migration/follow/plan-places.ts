import { ZeroshiftError } from '../../messages/error.ts';
import type { RegionPlan } from '../plan/plan.ts';

type Plan = (namespaces: readonly string[] | undefined) => Promise<RegionPlan>;

const nothing: RegionPlan = {
  region: '',
  objects: [],
  left: [],
  missing: [],
  settings: [],
  unread: [],
  unused: [],
};

const isGone = (error: unknown): boolean =>
  ZeroshiftError.is(error) && error.code === 'inventory.no-namespace';

/** A plan of some namespaces. Those that went meanwhile have nothing that could be made. */
export async function planPlaces(plan: Plan, places: readonly string[] | undefined): Promise<RegionPlan> {
  try {
    return await plan(places);
  } catch (error) {
    if (!isGone(error) || places === undefined) throw error;
    if (places.length === 1) return nothing;
  }
  const plans: RegionPlan[] = [];
  for (const place of places) plans.push(await planPlaces(plan, [place]));
  return {
    ...nothing,
    region: plans.find(({ region }) => region !== '')?.region ?? '',
    objects: plans.flatMap(({ objects }) => objects),
    unread: [...new Set(plans.flatMap(({ unread }) => unread))],
  };
}
