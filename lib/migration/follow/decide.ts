import { everywhere, type FollowState, type FollowTimes } from './state.ts';

export type Next =
  /** @property places namespaces to plan and apply; undefined for all */
  | { readonly do: 'work'; readonly places: readonly string[] | undefined }
  /** Look at everything once more. */
  | { readonly do: 'resync' }
  | { readonly do: 'wait'; readonly until: number };

/** Namespaces in one plan: more of them are planned one after another, so that the first are not kept waiting. */
const placesAtOnce = 20;

/** What to do next. Pure. */
export function decide(state: FollowState, now: number, times: FollowTimes): Next {
  const { working, pending, watches, startedAt, resyncAt } = state;
  const far = Math.max(now + 1, Math.min(resyncAt, now + times.resyncMs));
  if (working !== undefined) return { do: 'wait', until: far };
  const listing = [...watches.values()].some(({ side, is }) => side === 'source' && is === 'listing');
  const starts = startedAt + times.startMs;
  // A change between a plan and a list that came later would go unseen, so lists come first.
  if ((listing || watches.size === 0) && now < starts) return { do: 'wait', until: starts };
  const due = [...pending].filter(([, { dueAt }]) => dueAt <= now);
  if (due.some(([place]) => place === everywhere)) return { do: 'work', places: undefined };
  if (due.length > 0) {
    const oldest = due.sort(([, a], [, b]) => (a.changedAt ?? a.dueAt) - (b.changedAt ?? b.dueAt));
    return { do: 'work', places: oldest.slice(0, placesAtOnce).map(([place]) => place) };
  }
  if (resyncAt <= now) return { do: 'resync' };
  return { do: 'wait', until: Math.min(far, ...[...pending.values()].map(({ dueAt }) => dueAt)) };
}
