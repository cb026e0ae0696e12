import type { ApplyResult, ObjectResult } from '../apply/index.ts';
import { placeText } from '../apply/needs.ts';
import type { ObjectPlace, RegionPlan } from '../plan/plan.ts';
import { type Evolved, inTrouble, outOfTrouble } from './evolved.ts';
import { digestOfWrites, type HeldCode, heldWhy } from './hold.ts';
import type { FollowNews } from './news.ts';
import { again, seldom, triedAt, withPlaces } from './pending.ts';
import {
  everywhere,
  type FollowState,
  type FollowTimes,
  type Open,
  type Pending,
  type Unread,
} from './state.ts';
import { staying } from './status.ts';

/** What passes by itself: it is tried again, and the target is behind until then. */
const passing = new Set([
  'unavailable',
  'unauthorized',
  'changed',
  'missing',
  'namespace-missing',
  'stopped',
  'interrupted',
  'target-unread',
  'source-changed',
]);

interface Worked {
  readonly at: number;
  readonly plan: RegionPlan;
  readonly applied: ApplyResult;
  readonly held: ReadonlyMap<string, HeldCode>;
}

type Places = ReadonlyMap<string, Pending>;

const placeOf = ({ apiVersion, kind, namespace, name }: ObjectPlace): ObjectPlace => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** After a plan was made and applied: what of it is done, is to be tried again, or needs a person. */
export function afterWork(state: FollowState, worked: Worked, times: FollowTimes): Evolved {
  const { at, plan, applied, held } = worked;
  const working = state.working ?? new Map();
  const undone = applied.objects.filter(isUndone(applied));
  const waits = new Set(undone);
  const open = new Map(
    applied.objects.flatMap((one) => {
      const found = waits.has(one) ? undefined : openFrom(one, held.get(placeText(one)));
      return found === undefined ? [] : [[placeText(one), found] as const];
    }),
  );
  const unread = unreadAfter(state, plan, working);
  const tried = new Set(undone.map(({ namespace }) => namespace ?? everywhere));
  for (const { place, stays } of unread.values()) if (!stays && working.has(place)) tried.add(place);
  const failed = [...open.values()]
    .filter(({ is }) => is === 'failure')
    .map(({ namespace }) => namespace ?? everywhere);
  const looked = [...failed, ...(unread.size === 0 ? [] : working.keys())];
  const pending = withPlaces(state.pending, [
    ...[...tried].map((place) => [place, again(triedAt(working, place), at, times)] as const),
    ...looked.map((place) => [place, seldom(at, times)] as const),
  ]);
  const written = applied.objects.filter(({ outcome }) => outcome === 'applied');
  const { kept, news } = openAfter(state, worked, open);
  const told = unreadNews(state.unread, unread);
  const next: FollowState = {
    ...state,
    working: undefined,
    pending,
    open: kept,
    unread,
    made: madeAfter(state, plan, applied),
    written: state.written + written.length,
    news: state.news || written.length > 0 || news.length > 0 || told.length > 0,
  };
  const [first] = undone;
  const end =
    first === undefined
      ? outOfTrouble(next, 'work')
      : inTrouble(next, 'work', `${placeText(first)}: ${first.reason?.why ?? 'it could not be made'}`);
  return {
    state: end.state,
    news: [...appliedNews(working, at, written), ...news, ...told, ...end.news],
  };
}

/** Whether a result is one that passes by itself, or waits for one that does. */
function isUndone({ objects }: ApplyResult): (one: ObjectResult) => boolean {
  const isPassing = ({ outcome, reason }: ObjectResult): boolean =>
    (outcome === 'failed' || outcome === 'skipped') && passing.has(reason?.code ?? '');
  const waits = objects.some(isPassing);
  return (one) => isPassing(one) || (waits && one.outcome === 'skipped');
}

function openFrom(result: ObjectResult, held: HeldCode | undefined): Open | undefined {
  const { outcome, reason } = result;
  if (outcome === 'applied' || outcome === 'unchanged') return undefined;
  const action = 'make the target as the source is, or change it on the source';
  if (held !== undefined)
    return { ...placeOf(result), is: 'conflict', code: held, why: heldWhy[held], action };
  const told = reason ?? { code: 'unknown', why: 'it could not be made', action };
  const is =
    outcome === 'conflict'
      ? 'conflict'
      : told.code === 'refused' || outcome === 'skipped'
        ? 'failure'
        : 'refusal';
  return { ...placeOf(result), is, code: told.code, why: told.why, action: told.action };
}

/** What was written is known from now on; what could not be is tried afresh. */
function madeAfter(
  { made }: FollowState,
  { objects }: RegionPlan,
  applied: ApplyResult,
): ReadonlyMap<string, string> {
  const digests = new Map(objects.map((planned) => [placeText(planned), digestOfWrites(planned)]));
  const next = new Map(made);
  for (const result of applied.objects) {
    const name = placeText(result);
    const digest = digests.get(name);
    if (result.outcome === 'applied' && digest !== undefined) next.set(name, digest);
  }
  return next.size === 0 && made.size === 0 ? made : next;
}

function openAfter(
  state: FollowState,
  { plan }: Worked,
  open: ReadonlyMap<string, Open>,
): { readonly kept: ReadonlyMap<string, Open>; readonly news: readonly FollowNews[] } {
  const working: Places = state.working ?? new Map();
  const planned = new Set(plan.objects.map(placeText));
  // What is not in a plan that is not whole may be there all the same.
  const isLookedAt = (name: string, { namespace }: Open): boolean =>
    planned.has(name) ||
    (plan.unread.length === 0 &&
      (working.has(everywhere) || (namespace !== undefined && working.has(namespace))));
  const kept = new Map([...state.open].filter(([name, one]) => !isLookedAt(name, one)));
  const news: FollowNews[] = [];
  for (const [name, one] of state.open)
    if (!kept.has(name) && !open.has(name)) news.push({ news: 'settled', open: one });
  for (const [name, one] of open) {
    const before = state.open.get(name);
    if (before?.code !== one.code || before.why !== one.why) news.push({ news: 'open', open: one });
    kept.set(name, one);
  }
  return { kept, news };
}

/** What could not be read may pass; it does not where it is the same the next time. */
function unreadAfter(
  { unread }: FollowState,
  plan: RegionPlan,
  working: Places,
): ReadonlyMap<string, Unread> {
  const next = new Map(
    [...unread].filter(([, { place }]) => !working.has(everywhere) && !working.has(place)),
  );
  for (const line of plan.unread)
    for (const place of working.keys()) {
      const end = line.indexOf(': ');
      const kind = end < 0 ? line : line.slice(0, end);
      next.set(`${kind} ${place}`, {
        apiVersion: '',
        kind,
        name: '',
        is: 'unread',
        code: 'unread',
        why: end < 0 ? 'it could not be read' : line.slice(end + 2),
        action: 'give leave to read it on the source',
        place,
        stays: unread.has(`${kind} ${place}`) || unread.has(`${kind} ${everywhere}`),
      });
    }
  return next;
}

function unreadNews(before: ReadonlyMap<string, Unread>, after: ReadonlyMap<string, Unread>): FollowNews[] {
  const [was, is] = [staying(before), staying(after)];
  return [
    ...[...was].flatMap(([kind, open]): FollowNews[] => (is.has(kind) ? [] : [{ news: 'settled', open }])),
    ...[...is].flatMap(([kind, open]): FollowNews[] => (was.has(kind) ? [] : [{ news: 'open', open }])),
  ];
}

function appliedNews(working: Places, at: number, written: readonly ObjectResult[]): FollowNews[] {
  if (written.length === 0) return [];
  const since = [...working.values()].flatMap(({ changedAt }) =>
    changedAt === undefined ? [] : [changedAt],
  );
  return [
    {
      news: 'applied',
      namespaces: [...new Set(written.flatMap(({ namespace }) => namespace ?? []))].sort(),
      objects: written.map(placeOf),
      lagMs: since.length === 0 ? 0 : at - Math.min(...since),
    },
  ];
}
