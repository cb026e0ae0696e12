import { accepted, sameWeights } from './accept-change.ts';
import type { Command, CommandFailure, CommandResult } from './commands.ts';
import {
  back,
  followed,
  inRegion,
  readBack,
  withoutFailure,
  withoutFollowing,
  withoutRaised,
  withoutTrouble,
} from './evolve-region.ts';
import { sampled } from './gates/sampled.ts';
import { verdictOf } from './gates.ts';
import type { JournalEvent, JournalRecord } from './journal-event.ts';
import { type CutoverPlan, regionOf } from './plan.ts';
import { type CutoverState, emptyProgress, initialState, type Progress, type Trouble } from './state.ts';

/** The state after one more record. Pure: the same journal always gives the same state. */
export function evolve(plan: CutoverPlan, state: CutoverState, record: JournalRecord): CutoverState {
  return { ...applied(plan, state, record.event, record.at), at: record.at };
}

/** To what the records of a journal led when they were last replayed: a journal only grows. */
const replayed = new WeakMap<
  readonly JournalRecord[],
  {
    readonly plan: CutoverPlan;
    readonly count: number;
    readonly last: JournalRecord | undefined;
    readonly state: CutoverState;
  }
>();

/** The state that a whole journal leads to. */
export function replay(plan: CutoverPlan, records: readonly JournalRecord[]): CutoverState {
  const before = replayed.get(records);
  let [state, done] = [initialState(plan), 0];
  if (before?.plan === plan && before.last === records[before.count - 1]) ({ state, count: done } = before);
  for (const record of records.slice(done)) state = evolve(plan, state, record);
  replayed.set(records, { plan, count: records.length, last: records.at(-1), state });
  return state;
}

const withoutHold = ({ held, ...rest }: CutoverState): CutoverState => rest;

function applied(plan: CutoverPlan, state: CutoverState, event: JournalEvent, at: number): CutoverState {
  switch (event.type) {
    case 'started':
      return { ...state, status: 'forward' };
    case 'resumed':
      return resumed(state, at);
    case 'step-entered':
      return {
        ...withoutAwaiting(withoutFailure(state)),
        step: plan.steps.findIndex(({ id }) => id === event.step),
        progress: emptyProgress(at),
      };
    case 'issued':
      return announced(plan, { ...state, pending: event.command }, event.command);
    case 'failed': {
      if (state.status !== 'rolling-back')
        return { ...state, trouble: troubleAfter(state.trouble, event.failure, at) };
      const way = state.progress.back[event.region];
      if (event.command === 'hand-back') {
        const before = way?.handBack ?? { waitingFor: [] };
        const trouble = troubleAfter(before.trouble, event.failure, at);
        return back(withoutFailure(state), event.region, { handBack: { ...before, trouble } });
      }
      const trouble = troubleAfter(way?.trouble, event.failure, at);
      return back(touchedByOthers(plan, withoutFailure(state), event), event.region, { trouble });
    }
    case 'done':
      return finished(
        plan,
        event.result.kind === 'hand-back' ? withoutFailure(state) : withoutTrouble(state, event.region),
        event.result,
        event.region,
        at,
      );
    case 'paused':
      return watchedOn({ ...state, paused: event.by });
    case 'unpaused':
      return unpaused(state, at);
    case 'promoted':
      return { ...state, progress: { ...state.progress, promoted: true } };
    case 'approval-awaited':
      return watchedOn({ ...state, awaiting: event.step });
    case 'approved':
      return approved(state, event.step);
    case 'refused':
      return state;
    case 'adopted':
    case 'overwritten':
      return accepted(plan, resumed(state, at), event, at);
    case 'mended': {
      const left = (state.mend ?? []).filter(({ region }) => region !== event.region);
      const { mend, ...rest } = withoutFailure(state);
      return {
        ...rest,
        ...(left.length === 0 ? {} : { mend: left }),
        progress: { ...emptyProgress(at), ...keptHooks(state.progress) },
      };
    }
    case 'judged':
      return { ...state, progress: { ...state.progress, gates: event.gates } };
    case 'step-passed':
      return state;
    case 'rollback-begun':
      return {
        ...withoutHands(withoutFailure(withoutHold(state))),
        status: 'rolling-back',
        rollback: { ...event.reason, at },
        progress: emptyProgress(at),
      };
    case 'finalize-begun':
      return {
        ...withoutFailure(withoutHold(state)),
        status: 'finalizing',
        progress: emptyProgress(at),
        // Who followed is gone with its process, and what it did not bring any more is looked for once more.
        regions: Object.fromEntries(
          Object.entries(state.regions).map(([region, { following, ...there }]) => [region, there]),
        ),
        ...concededNow(state),
      };
    case 'held':
      return { ...state, held: event.reason };
    case 'ended':
      return { ...withoutFailure(state), status: event.outcome };
  }
}

/** What cannot come over was told, and whoever says `finalize` once more leaves it so. */
const concededNow = ({ held, conceded = [] }: CutoverState): Pick<CutoverState, 'conceded'> =>
  held?.code === 'cutover.follow-conflict' ? { conceded: [...conceded, held.text] } : {};

const withoutAwaiting = ({ awaiting, ...rest }: CutoverState): CutoverState => rest;

/** Nothing that keeps the way to the target waiting keeps the way back. */
const withoutHands = ({ awaiting, paused, mend, ...rest }: CutoverState): CutoverState => rest;

/** What passed is watched on while nothing else goes on; what failed stays failed. */
const watchedOn = (state: CutoverState): CutoverState =>
  verdictOf(state.progress.gates) === 'pass'
    ? { ...state, progress: { ...state.progress, gates: [] } }
    : state;

/** Times begin anew: nobody waited for anything meanwhile. */
function unpaused({ paused, ...state }: CutoverState, at: number): CutoverState {
  const { movedAt, ...progress } = state.progress;
  return { ...state, progress: { ...progress, enteredAt: at } };
}

function approved(state: CutoverState, step: string): CutoverState {
  const { awaiting, ...rest } = state;
  return {
    ...rest,
    ...(awaiting === undefined || awaiting === step ? {} : { awaiting }),
    approved: [...(state.approved ?? []), step],
  };
}

const keptHooks = ({ hooked, promoted }: Progress): Partial<Progress> => ({
  ...(hooked === undefined ? {} : { hooked }),
  ...(promoted === undefined ? {} : { promoted }),
});

/** What others did may have given the target flows after it was drained. */
function touchedByOthers(
  plan: CutoverPlan,
  state: CutoverState,
  { region, failure }: Extract<JournalEvent, { type: 'failed' }>,
): CutoverState {
  const there = state.regions[region];
  if (failure.code !== 'cutover.foreign-change' || !there?.drained.includes(plan.to)) return state;
  return inRegion(state, region, {
    drained: there.drained.filter((colour) => colour !== plan.to),
    redrains: there.redrains + 1,
  });
}

const troubleAfter = (before: Trouble | undefined, failure: CommandFailure, at: number): Trouble => ({
  failure,
  failures: (before?.failures ?? 0) + 1,
  failedAt: at,
  firstFailedAt: before?.firstFailedAt ?? at,
});

/**
 * A run goes on where the last one stopped, and takes nothing for granted that may have changed since: what is idempotent is
 * done again, what was watched is watched afresh, and times begin anew. Only gates that were judged stay judged, unless
 * the cutover was held for them.
 */
function resumed(state: CutoverState, at: number): CutoverState {
  const { done, gates } = state.progress;
  const kept = (['preflight', 'read-floors', 'set-weights'] as const).flatMap((kind) =>
    done[kind] === undefined ? [] : [[kind, done[kind]]],
  );
  return {
    ...withoutFailure(withoutHold(state)),
    regions: Object.fromEntries(
      Object.entries(state.regions).map(([region, { raised, following, ...there }]) => [
        region,
        // Who followed is gone with the process.
        { ...there, verified: false, ...(following?.is === 'ended' ? { following } : {}) },
      ]),
    ),
    progress: {
      ...emptyProgress(at),
      ...keptHooks(state.progress),
      // Each look at chance that there was counts, also after a stop.
      ...(state.progress.windows === undefined ? {} : { windows: state.progress.windows }),
      done: Object.fromEntries(kept),
      gates: state.held === undefined ? gates : [],
    },
  };
}

/** From here on the weights may be these, whether the command is heard of again or not. */
function announced(plan: CutoverPlan, state: CutoverState, command: Command): CutoverState {
  const there = state.regions[command.region];
  if (there === undefined) return state;
  if (command.kind === 'hand-over' || command.kind === 'hand-back')
    return inRegion(state, command.region, { handOver: 'begun', singletons: command.singletons });
  // Some of them may be from here on, whatever is heard of it.
  if (command.kind === 'hold-nodes') return inRegion(state, command.region, { nodes: 'held' });
  if (command.kind !== 'set-weights') return state;
  const { weights, region } = command;
  const known = there.announced ?? [];
  const target = regionOf(plan, region).entrances[plan.to];
  return inRegion(state, region, {
    announced: known.some((other) => sameWeights(other, weights)) ? known : [...known, weights],
    deployed: false,
    shifted: there.shifted || (weights[target] ?? 0) > 0,
  });
}

function finished(
  plan: CutoverPlan,
  before: CutoverState,
  result: CommandResult,
  region: string,
  at: number,
): CutoverState {
  const state = {
    ...before,
    progress: { ...before.progress, done: { ...before.progress.done, [result.kind]: at } },
  };
  const progress = (change: Partial<Progress>): CutoverState => ({
    ...state,
    progress: { ...state.progress, ...change },
  });
  const goingBack = state.status === 'rolling-back';
  switch (result.kind) {
    case 'preflight':
      return result.movingNodes === true && state.regions[region]?.nodes === undefined
        ? inRegion(state, region, { nodes: 'due' })
        : state;
    case 'hold-nodes':
      return inRegion(state, region, { nodes: 'held', nodesHeldAt: at });
    case 'free-nodes':
      return inRegion(state, region, { nodes: 'free' });
    case 'migrate':
      return progress({ waitingFor: result.waitingFor });
    case 'verify':
      return inRegion(progress({ waitingFor: result.waitingFor }), region, {
        verified: result.waitingFor.length === 0,
      });
    case 'follow':
      return inRegion(state, region, { following: { is: result.following ? 'on' : 'none', since: at } });
    case 'follow-status':
      return result.reading === undefined
        ? withoutFollowing(state, region)
        : followed(state, region, 'on', result.reading, at);
    case 'end-follow':
      return followed(state, region, 'ended', result.reading, at);
    case 'read-floors':
      return inRegion(state, region, { floors: result.floors });
    case 'set-floors': {
      const { waitingFor, raised } = result;
      // Journals of before say of all floors at once whether they have their pods.
      if (raised === undefined) return progress({ waitingFor });
      const before = state.regions[region]?.raised ?? {};
      const moved = raised.some(({ floor, asked, there }) => {
        const known = before[floor];
        return known === undefined || asked > known.asked || there > known.there;
      });
      return inRegion(progress({ waitingFor, ...(moved ? { movedAt: at } : {}) }), region, {
        raised: { ...before, ...Object.fromEntries(raised.map((one) => [one.floor, one])) },
      });
    }
    case 'clear-floors': {
      const next = inRegion(state, region, { floors: [] });
      return withoutRaised(next, region);
    }
    case 'read-singletons':
      return inRegion(progress({ unfit: result.waitingFor }), region, { singletons: result.singletons });
    case 'hand-over':
      return inRegion(
        progress({ waitingFor: result.waitingFor }),
        region,
        result.waitingFor.length === 0 ? { handOver: 'over' } : {},
      );
    case 'hand-back': {
      const since = state.progress.back[region]?.handBack?.since ?? at;
      return inRegion(
        back(state, region, { handBack: { since, lookedAt: at, waitingFor: result.waitingFor } }),
        region,
        result.waitingFor.length === 0 ? { handOver: 'back' } : {},
      );
    }
    case 'set-weights':
      return goingBack
        ? back(readBack(state, region, result.endpoints), region, { writtenAt: at, confirmed: false })
        : readBack(state, region, result.endpoints);
    case 'deployment-status': {
      const deployed = result.status === 'DEPLOYED';
      if (!goingBack) return inRegion(state, region, { deployed });
      // Once our way back was seen DEPLOYED, a change under way in another region does not matter to this one.
      const seen = inRegion(state, region, {
        deployed: deployed || state.regions[region]?.deployed === true,
      });
      return back(seen, region, { lookedAt: at, confirmed: true });
    }
    case 'hook': {
      const veto = result.when === 'before' && result.calls.filter(({ ok }) => !ok);
      return veto && veto.length > 0
        ? progress({ vetoed: veto.map(({ name, text }) => `${name}: ${text}`).join('; ') })
        : progress({ hooked: [...(state.progress.hooked ?? []), result.when] });
    }
    case 'probe': {
      const { [region]: before, ...others } = state.progress.probing ?? {};
      const probes = [...(before?.probes ?? []), ...result.probes];
      if (result.next !== undefined) {
        const count =
          (before?.count ?? 0) + new Set(result.probes.map(({ quiet, url }) => quiet ?? url)).size;
        return progress({ probing: { ...others, [region]: { probes, next: result.next, count } } });
      }
      const step = plan.steps[state.step];
      const rest = before === undefined ? {} : { probing: others };
      return step !== undefined && 'regions' in step && step.regions !== undefined
        ? progress({ ...rest, probed: { ...state.progress.probed, [region]: probes } })
        : progress({ ...rest, probes });
    }
    case 'drain': {
      const { waitingFor, colour } = result;
      const drained = state.regions[region]?.drained ?? [];
      const next = inRegion(progress({ waitingFor }), region, {
        drained: waitingFor.length === 0 ? [...drained, colour] : drained,
      });
      if (!goingBack) return next;
      const drainingSince = state.progress.back[region]?.drainingSince ?? at;
      return back(next, region, { drainingSince, drainedAt: at, waitingFor, confirmed: false });
    }
    case 'sample': {
      const { kind, ...sample } = result;
      return sampled(plan, state, region, sample, at);
    }
  }
}
