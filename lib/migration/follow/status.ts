import type { FollowStatus } from './news.ts';
import { everywhere, type FollowState, type Open, type Pending, type Unread } from './state.ts';

/** When the oldest change was seen that the target may lack; undefined where it lacks none. */
export function behindSince({ pending, working, watches }: FollowState): number | undefined {
  const times = [...pending.values(), ...(working?.values() ?? [])].flatMap(({ changedAt }) =>
    changedAt === undefined ? [] : [changedAt],
  );
  // Who cannot hear of changes cannot say that there are none.
  for (const { side, is, heardAt } of watches.values())
    if (side === 'source' && (is === 'broken' || is === 'listing')) times.push(heardAt);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Whether something of the source is on its way, or not known. */
export const isLevel = (state: FollowState): boolean => behindSince(state) === undefined;

/** By kind, what cannot be read and does not pass by itself. */
export const staying = (unread: ReadonlyMap<string, Unread>): Map<string, Open> =>
  new Map(
    [...unread.values()].flatMap(({ place: _place, stays, ...open }) =>
      stays ? [[open.kind, open] as const] : [],
    ),
  );

/** Everything that needs a person. */
export const openOf = ({ open, unread }: FollowState): Open[] => [
  ...open.values(),
  ...staying(unread).values(),
];

const first = (places: ReadonlyMap<string, Pending> | undefined): string[] =>
  [...(places?.values() ?? [])].flatMap(({ changedAt, objects }) => (changedAt === undefined ? [] : objects));

export function statusOf(state: FollowState, now: number): FollowStatus {
  const since = behindSince(state);
  const { pending, working, watches, left, troubles, written } = state;
  const isFirst = (places: ReadonlyMap<string, Pending> | undefined): boolean =>
    places?.get(everywhere)?.changedAt === state.startedAt;
  return {
    lagMs: since === undefined ? 0 : Math.max(0, now - since),
    level: since === undefined,
    begun: !isFirst(pending) && !isFirst(working),
    working: [...(working?.keys() ?? [])].sort(),
    pending: [...pending]
      .flatMap(([place, { changedAt }]) => (changedAt === undefined ? [] : [place]))
      .sort(),
    missing: [...new Set([...first(pending), ...first(working)])].sort(),
    open: openOf(state),
    left: [...left.values()],
    unheard: [...watches.values()].flatMap(({ side, kind, is }) =>
      side === 'source' && is !== 'watching' ? [kind] : [],
    ),
    troubles: [...troubles.keys()],
    written,
  };
}
