import type { ApplyResult } from '../apply/index.ts';
import { placeText } from '../apply/needs.ts';
import type { ObjectPlace, RegionPlan } from '../plan/plan.ts';
import { afterWork } from './after-work.ts';
import { type Evolved, inTrouble, outOfTrouble, quietly } from './evolved.ts';
import type { HeldCode } from './hold.ts';
import type { FollowNews } from './news.ts';
import { again, soon, taken, withPlaces } from './pending.ts';
import { everywhere, type FollowState, type FollowTimes, type Side, type WatchState } from './state.ts';
import { behindSince, isLevel, openOf } from './status.ts';

/** What happened. Times in milliseconds since the epoch. */
export type FollowEvent = { readonly at: number } & (
  | { readonly event: 'listing'; readonly watch: string; readonly side: Side; readonly kind: string }
  /** Something was told, or nothing but that there is nothing. */
  | { readonly event: 'heard'; readonly watch: string }
  /** Everything that there is was told, or what there is to be told will be. */
  | { readonly event: 'watching'; readonly watch: string }
  | { readonly event: 'broken'; readonly watch: string; readonly failures: number; readonly why: string }
  | { readonly event: 'unwatchable'; readonly watch: string; readonly why: string }
  /** Others watch what it watched. */
  | { readonly event: 'replaced'; readonly watch: string }
  /**
   * @property places namespaces that it concerns, or `everywhere`
   * @property isNew whether it says something new
   * @property isSettling whether its controller has not seen that yet
   */
  | {
      readonly event: 'changed';
      readonly side: Side;
      readonly object: ObjectPlace;
      readonly places: readonly string[];
      readonly isNew: boolean;
      readonly isSettling: boolean;
    }
  /** @property other whether the other side has it */
  | {
      readonly event: 'deleted';
      readonly side: Side;
      readonly object: ObjectPlace;
      readonly places: readonly string[];
      readonly other: boolean;
    }
  | { readonly event: 'begun'; readonly places: readonly string[] | undefined }
  /** @property held objects that were kept from being written, and why */
  | {
      readonly event: 'worked';
      readonly plan: RegionPlan;
      readonly applied: ApplyResult;
      readonly held: ReadonlyMap<string, HeldCode>;
    }
  | { readonly event: 'failed'; readonly why: string }
  | { readonly event: 'resync' }
);

/** Failures of a watch in a row that are worth to be told. */
const toldAfter = 3;
/** Milliseconds in which it is remembered once that something was heard. */
const heardEvery = 1000;

/** What is known after an event, and what of it is worth to be told. Pure. */
export function evolve(state: FollowState, event: FollowEvent, times: FollowTimes): Evolved {
  const { state: next, news } = after(state, event, times);
  if (next === state) return { state, news };
  const level = isLevel(next);
  if (!level || next.level) return { state: level === next.level ? next : { ...next, level }, news };
  const tookMs = event.at - (behindSince(state) ?? event.at);
  const told: FollowNews = { news: 'level', tookMs, open: openOf(next).length, left: next.left.size };
  return { state: { ...next, level: true, news: false }, news: next.news ? [...news, told] : news };
}

function after(state: FollowState, event: FollowEvent, times: FollowTimes): Evolved {
  switch (event.event) {
    case 'listing':
    case 'heard':
    case 'watching':
    case 'broken':
    case 'unwatchable':
    case 'replaced':
      return afterWatch(state, event);
    case 'changed':
      return quietly(afterChange(state, event, times));
    case 'deleted':
      return afterDeletion(state, event, times);
    case 'begun': {
      const { working, pending } = taken(state, event.places);
      return quietly({ ...state, working, pending });
    }
    case 'worked':
      return afterWork(state, event, times);
    case 'failed': {
      const { at, why } = event;
      const tried = [...(state.working ?? [])].map(([place, one]) => [place, again(one, at, times)] as const);
      const pending = withPlaces(state.pending, tried);
      return inTrouble({ ...state, pending, working: undefined }, 'work', why);
    }
    case 'resync': {
      const resyncAt = event.at + times.resyncMs;
      const all = { dueAt: event.at, failures: 0, objects: [] };
      return quietly({ ...state, resyncAt, pending: withPlaces(state.pending, [[everywhere, all]]) });
    }
  }
}

function afterWatch(state: FollowState, event: FollowEvent & { readonly watch: string }): Evolved {
  const { at, watch } = event;
  if (event.event === 'listing') {
    const { side, kind } = event;
    const why = state.watches.get(watch)?.why;
    const again = why === undefined ? {} : { why };
    const begun: WatchState = { side, kind, is: 'listing', heardAt: at, failures: 0, ...again };
    return quietly({ ...state, watches: new Map(state.watches).set(watch, begun) });
  }
  const known = state.watches.get(watch);
  if (known === undefined) return quietly(state);
  const put = (changed: Partial<WatchState>): FollowState => ({
    ...state,
    watches: new Map(state.watches).set(watch, { ...known, ...changed }),
  });
  switch (event.event) {
    case 'heard':
      return quietly(at - known.heardAt < heardEvery ? state : put({ heardAt: at }));
    case 'watching': {
      const next = put({ is: 'watching', heardAt: at, failures: 0 });
      // What was there before its first list was told as what is known: only a look tells what the target lacks.
      const first = known.is === 'listing' && known.side === 'source';
      const all = { changedAt: known.heardAt, dueAt: at, failures: 0, objects: [] };
      const pending = first ? withPlaces(next.pending, [[everywhere, all]]) : next.pending;
      const still = [...next.watches.values()].some(
        ({ side, is, failures }) => side === known.side && is === 'broken' && failures >= toldAfter,
      );
      return still ? quietly({ ...next, pending }) : outOfTrouble({ ...next, pending }, known.side);
    }
    case 'broken': {
      const { failures, why } = event;
      // One that has not begun yet still has to.
      const next = put({ is: known.is === 'listing' ? 'listing' : 'broken', failures, why });
      return failures < toldAfter ? quietly(next) : inTrouble(next, known.side, why);
    }
    case 'unwatchable': {
      const { why } = event;
      const { side, kind } = known;
      const next = put({ is: 'none', why });
      return known.why === why
        ? quietly(next)
        : { state: next, news: [{ news: 'unwatched', with: side, kind, why }] };
    }
    case 'replaced':
      return quietly({ ...state, watches: without(state.watches, watch) });
    default:
      return quietly(state);
  }
}

function without<Value>(map: ReadonlyMap<string, Value>, name: string): ReadonlyMap<string, Value> {
  if (!map.has(name)) return map;
  const next = new Map(map);
  next.delete(name);
  return next;
}

function notIn(set: ReadonlySet<string>, name: string): ReadonlySet<string> {
  return set.has(name) ? new Set([...set].filter((one) => one !== name)) : set;
}

function afterChange(
  state: FollowState,
  { at, side, object, places, isNew, isSettling }: FollowEvent & { readonly event: 'changed' },
  times: FollowTimes,
): FollowState {
  const name = placeText(object);
  const wait = isSettling ? times.settleMs : times.gatherMs;
  const pending = withPlaces(
    state.pending,
    places.map((place) => [place, soon(at, wait, side === 'source', name)] as const),
  );
  const isFromSource = side === 'source';
  const left = isFromSource ? without(state.left, name) : state.left;
  const made = isFromSource && isNew ? without(state.made, name) : state.made;
  // It is there again, or the source wants it anew: that it came to be ready there is not new.
  const gone = isNew ? notIn(state.taken, name) : state.taken;
  if (pending === state.pending && left === state.left && made === state.made && gone === state.taken)
    return state;
  return { ...state, pending, left, made, taken: gone };
}

function afterDeletion(
  state: FollowState,
  { at, side, object, places, other }: FollowEvent & { readonly event: 'deleted' },
  times: FollowTimes,
): Evolved {
  const name = placeText(object);
  const pending = withPlaces(
    state.pending,
    places.map((place) => [place, soon(at, times.gatherMs, false)] as const),
  );
  const made = without(state.made, name);
  if (side === 'target') {
    const gone = other ? new Set(state.taken).add(name) : state.taken;
    return quietly({ ...state, pending, made, taken: gone, left: without(state.left, name) });
  }
  const next = { ...state, pending, made, taken: notIn(state.taken, name) };
  if (!other || state.left.has(name)) return quietly(next);
  const { apiVersion, kind, namespace } = object;
  const place = { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name: object.name };
  return {
    state: { ...next, left: new Map(state.left).set(name, place) },
    news: [{ news: 'left', object: place }],
  };
}
