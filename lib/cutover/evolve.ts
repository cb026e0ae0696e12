import type { Endpoint } from '../traffic/traffic-port.ts';
import type { Command, CommandResult, RegionSample } from './commands.ts';
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
  type Watch,
} from './state.ts';

/** The state after one more record. Pure: the same journal always gives the same state. */
export function evolve(plan: CutoverPlan, state: CutoverState, record: JournalRecord): CutoverState {
  return { ...applied(plan, state, record.event, record.at), at: record.at };
}

/** The state that a whole journal leads to. */
export const replay = (plan: CutoverPlan, records: readonly JournalRecord[]): CutoverState =>
  records.reduce((state, record) => evolve(plan, state, record), initialState(plan));

const withoutFailure = ({
  pending,
  failure,
  failedAt,
  firstFailedAt,
  ...rest
}: CutoverState): CutoverState => ({
  ...rest,
  failures: 0,
});

const withoutHold = ({ held, ...rest }: CutoverState): CutoverState => rest;

function applied(plan: CutoverPlan, state: CutoverState, event: JournalEvent, at: number): CutoverState {
  switch (event.type) {
    case 'started':
      return { ...state, status: 'forward' };
    case 'resumed': {
      // A step that was held is watched afresh: old samples are no reason to hold again.
      const next = withoutFailure(withoutHold(state));
      const { probes, ...progress } = state.progress;
      return state.held === undefined
        ? { ...next, ...(state.pending === undefined ? {} : { pending: state.pending }) }
        : { ...next, progress: { ...progress, enteredAt: at, watches: {}, gates: [], waitingFor: [] } };
    }
    case 'step-entered':
      return {
        ...withoutFailure(state),
        step: plan.steps.findIndex(({ id }) => id === event.step),
        progress: emptyProgress(at),
      };
    case 'issued':
      return announced({ ...state, pending: event.command }, event.command);
    case 'failed':
      return {
        ...state,
        failures: state.failures + 1,
        failure: event.failure,
        failedAt: at,
        firstFailedAt: state.firstFailedAt ?? at,
      };
    case 'done':
      return finished(plan, withoutFailure(state), event.result, event.region, at);
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

/** From here on the weights may be these, whether the command is heard of again or not. */
function announced(state: CutoverState, command: Command): CutoverState {
  if (command.kind !== 'set-weights') return state;
  return inRegion(state, command.region, { announced: command.weights });
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
    case 'set-floors':
      return progress({ waitingFor: result.waitingFor });
    case 'clear-floors':
      return inRegion(state, region, { floors: [] });
    case 'set-weights':
      return readBack(plan, state, region, result.endpoints, result.written);
    case 'deployment-status':
      return inRegion(state, region, { deployed: result.status === 'DEPLOYED' });
    case 'probe':
      return progress({ probes: result.probes });
    case 'drain': {
      const drained = state.regions[region]?.drained ?? [];
      return inRegion(progress({ waitingFor: result.waitingFor }), region, {
        drained: result.waitingFor.length === 0 ? [...drained, result.colour] : drained,
      });
    }
    case 'sample': {
      const { kind, ...sample } = result;
      const watch = nextWatch(state.progress.watches[region], sample, at, milliseconds(plan.policy.bake));
      const { source } = compared({ from: plan.from, to: plan.to, first: watch.first, last: watch.last });
      const seen = !source.reset && source.requests >= plan.policy.gates.minSamples;
      const next = progress({ watches: { ...state.progress.watches, [region]: watch } });
      return seen && source.p99 !== undefined ? inRegion(next, region, { baseline: source.p99 }) : next;
    }
  }
}

function readBack(
  plan: CutoverPlan,
  state: CutoverState,
  region: string,
  endpoints: readonly Endpoint[],
  written: boolean,
): CutoverState {
  const facts = regionOf(plan, region);
  const before = state.regions[region];
  if (before === undefined) return state;
  const { announced, ...rest } = before;
  const weight = endpoints.find(({ id }) => id === facts.entrances[plan.to])?.weight ?? 0;
  const next: RegionState = {
    ...rest,
    endpoints,
    deployed: written ? false : rest.deployed,
    shifted: rest.shifted || weight > 0,
  };
  return { ...state, regions: { ...state.regions, [region]: next } };
}

function nextWatch(watch: Watch | undefined, sample: RegionSample, at: number, window: number): Watch {
  if (watch === undefined) return { since: at, first: sample, last: sample, lastAt: at };
  if (at - (watch.middleAt ?? watch.since) < window) return { ...watch, last: sample, lastAt: at };
  return {
    ...watch,
    first: watch.middle ?? watch.first,
    middle: sample,
    middleAt: at,
    last: sample,
    lastAt: at,
  };
}
