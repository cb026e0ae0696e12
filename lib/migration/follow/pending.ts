import { everywhere, type FollowState, type FollowTimes, type Pending } from './state.ts';

/** Names of objects that are kept of one namespace, to say what may be missing. */
const namesKept = 10;

type Places = ReadonlyMap<string, Pending>;

const earlier = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b);

function merged(a: Pending, b: Pending): Pending {
  const changedAt = earlier(a.changedAt, b.changedAt);
  const failures = Math.max(a.failures, b.failures);
  return {
    ...(changedAt === undefined ? {} : { changedAt }),
    // What failed waits for its turn, whatever changes meanwhile.
    dueAt: a.failures === b.failures ? Math.min(a.dueAt, b.dueAt) : (a.failures > b.failures ? a : b).dueAt,
    failures,
    objects:
      a.objects.length >= namesKept
        ? a.objects
        : [...new Set([...a.objects, ...b.objects])].slice(0, namesKept),
  };
}

/** Places with these as well. The same map where nothing is new. */
export function withPlaces(places: Places, more: Iterable<readonly [string, Pending]>): Places {
  let next: Map<string, Pending> | undefined;
  for (const [place, pending] of more) {
    const known = (next ?? places).get(place);
    const both = known === undefined ? pending : merged(known, pending);
    if (known !== undefined && isSame(known, both)) continue;
    next ??= new Map(places);
    next.set(place, both);
  }
  return next ?? places;
}

const isSame = (a: Pending, b: Pending): boolean =>
  a.changedAt === b.changedAt &&
  a.dueAt === b.dueAt &&
  a.failures === b.failures &&
  a.objects.length === b.objects.length;

/** What is looked at soon: changes of the source count as missing until then, others do not. */
export const soon = (at: number, waitMs: number, isMissing: boolean, name?: string): Pending => ({
  ...(isMissing ? { changedAt: at } : {}),
  dueAt: at + waitMs,
  failures: 0,
  objects: name === undefined || !isMissing ? [] : [name],
});

/** What came to nothing is tried again, later each time; what was missing still is. */
export const again = (tried: Pending, at: number, times: FollowTimes): Pending => ({
  ...tried,
  dueAt: at + Math.min(times.maxRetryMs, times.firstRetryMs * 2 ** Math.min(tried.failures, 20)),
  failures: tried.failures + 1,
});

/** What needs a person is looked at once in a while, for what no watch tells. */
export const seldom = (at: number, times: FollowTimes): Pending => ({
  dueAt: at + times.maxRetryMs,
  failures: 0,
  objects: [],
});

/** Takes places out to work on them; all of them where none is named. */
export function taken(
  { pending }: FollowState,
  places: readonly string[] | undefined,
): { readonly working: Places; readonly pending: Places } {
  if (places === undefined) return { working: pending, pending: new Map() };
  const chosen = new Set(places);
  return {
    working: new Map([...pending].filter(([place]) => chosen.has(place))),
    pending: new Map([...pending].filter(([place]) => !chosen.has(place))),
  };
}

/** What is known of a place that is worked on; of one that is there only because everything is, what holds for all. */
export function triedAt(working: Places, place: string): Pending {
  const all = working.get(everywhere);
  const own = working.get(place);
  if (own !== undefined && all !== undefined) return merged(own, all);
  return own ?? all ?? { dueAt: 0, failures: 0, objects: [] };
}
