import type { Endpoint } from '../traffic/traffic-port.ts';
import type { Command, CommandFailure, CommandResult, RegionSample } from './commands.ts';
import { milliseconds } from './decision.ts';
import { compared } from './gates.ts';
import type { JournalEvent, JournalRecord } from './journal-event.ts';
import { type CutoverPlan, regionOf } from './plan.ts';
import {
  type CutoverState,
  emptyProgress,
  initialState,
  type Progress,
  type RegionState,
  type Trouble,
  type Watch,
  type WayBack,
} from './state.ts';

/** The state after one more record. Pure: the same journal always gives the same state. */
export function evolve(plan: CutoverPlan, state: CutoverState, record: JournalRecord): CutoverState {
  return { ...applied(plan, state, record.event, record.at), at: record.at };
}

/** The state that a whole journal leads to. */
export const replay = (plan: CutoverPlan, records: readonly JournalRecord[]): CutoverState =>
  records.reduce((state, record) => evolve(plan, state, record), initialState(plan));

const withoutFailure = ({ pending, trouble, ...rest }: CutoverState): CutoverState => rest;

const withoutHold = ({ held, ...rest }: CutoverState): CutoverState => rest;

function applied(plan: CutoverPlan, state: CutoverState, event: JournalEvent, at: number): CutoverState {
  switch (event.type) {
    case 'started':
      return { ...state, status: 'forward' };
    case 'resumed':
      return resumed(state, at);
    case 'step-entered':
      return {
        ...withoutFailure(state),
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
    case 'judged':
      return { ...state, progress: { ...state.progress, gates: event.gates } };
    case 'step-passed':
      return state;
    case 'rollback-begun':
      return {
        ...withoutFailure(withoutHold(state)),
        status: 'rolling-back',
        rollback: { ...event.reason, at },
        progress: emptyProgress(at),
      };
    case 'finalize-begun':
      return { ...withoutFailure(withoutHold(state)), status: 'finalizing', progress: emptyProgress(at) };
    case 'held':
      return { ...state, held: event.reason };
    case 'ended':
      return { ...withoutFailure(state), status: event.outcome };
  }
}

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
      Object.entries(state.regions).map(([region, { raised, ...there }]) => [
        region,
        { ...there, verified: false },
      ]),
    ),
    progress: {
      ...emptyProgress(at),
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

type Weights = Readonly<Record<string, number>>;

const sameWeights = (a: Weights, b: Weights): boolean =>
  Object.keys({ ...a, ...b }).every((id) => a[id] === b[id]);

function back(state: CutoverState, region: string, change: Partial<WayBack>): CutoverState {
  const before = state.progress.back[region] ?? { confirmed: false, waitingFor: [] };
  return {
    ...state,
    progress: { ...state.progress, back: { ...state.progress.back, [region]: { ...before, ...change } } },
  };
}

function withoutTrouble(state: CutoverState, region: string): CutoverState {
  const next = withoutFailure(state);
  const way = state.progress.back[region];
  if (way === undefined) return next;
  const { trouble, ...rest } = way;
  return { ...next, progress: { ...next.progress, back: { ...next.progress.back, [region]: rest } } };
}

function inRegion(state: CutoverState, region: string, change: Partial<RegionState>): CutoverState {
  const before = state.regions[region];
  if (before === undefined) return state;
  return { ...state, regions: { ...state.regions, [region]: { ...before, ...change } } };
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
      return state;
    case 'migrate':
      return progress({ waitingFor: result.waitingFor });
    case 'verify':
      return inRegion(progress({ waitingFor: result.waitingFor }), region, {
        verified: result.waitingFor.length === 0,
      });
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
    case 'probe':
      return progress({ probes: result.probes });
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
      const watch = nextWatch(plan, state.progress.watches[region], sample, at);
      const { source } = compared({ from: plan.from, to: plan.to, first: watch.first, last: watch.last });
      const seen = !source.reset && source.requests >= plan.policy.gates.minSamples;
      const next = progress({ watches: { ...state.progress.watches, [region]: watch } });
      return seen && source.p99 !== undefined ? inRegion(next, region, { baseline: source.p99 }) : next;
    }
  }
}

function withoutRaised(state: CutoverState, region: string): CutoverState {
  const before = state.regions[region];
  if (before === undefined) return state;
  const { raised, ...rest } = before;
  return { ...state, regions: { ...state.regions, [region]: rest } };
}

function readBack(state: CutoverState, region: string, endpoints: readonly Endpoint[]): CutoverState {
  const before = state.regions[region];
  if (before === undefined) return state;
  const { announced, ...rest } = before;
  return { ...state, regions: { ...state.regions, [region]: { ...rest, endpoints } } };
}

function nextWatch(plan: CutoverPlan, watch: Watch | undefined, sample: RegionSample, at: number): Watch {
  // A clock that was set back would stretch the watch: begin again.
  if (watch === undefined || at < watch.lastAt) return { since: at, first: sample, last: sample, lastAt: at };
  const longer = { ...watch, last: sample, lastAt: at };
  if (at - (watch.middleAt ?? watch.since) < milliseconds(plan.policy.bake)) return longer;
  if (watch.middle === undefined) return { ...longer, middle: sample, middleAt: at };
  const { from, to } = plan;
  const rest = compared({ from, to, first: watch.middle, last: sample });
  const whole = compared({ from, to, first: watch.first, last: sample });
  const enough =
    rest.target.requests >= plan.policy.gates.minSamples &&
    rest.source.flows + rest.target.flows >= plan.policy.gates.minSamples;
  // Where little arrives the look gets longer instead: what is too few in one bake time may be enough in several.
  if (!enough && !whole.source.reset && !whole.target.reset) return longer;
  return { ...longer, first: watch.middle, middle: sample, middleAt: at };
}
