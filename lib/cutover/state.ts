import type { Colour } from '../fleet/colour.ts';
import type { HookTime } from '../fleet/cutover-hands.ts';
import type { ProbeResult } from '../metrics/metrics-port.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import type {
  Command,
  CommandFailure,
  Floor,
  FollowReading,
  Raised,
  RegionSample,
  Singleton,
} from './commands.ts';
import type { Tally } from './gates/tally.ts';
import type { GateResult } from './gates.ts';
import type { Actor, HoldReason, RollbackReason } from './journal-event.ts';
import type { CutoverPlan } from './plan.ts';

export type Status =
  | 'new'
  | 'forward'
  | 'completed'
  | 'rolling-back'
  | 'rolled-back'
  | 'finalizing'
  | 'finalized';

/** A command that failed, and how often in a row. Times in milliseconds since the epoch. */
export interface Trouble {
  readonly failure: CommandFailure;
  readonly failures: number;
  readonly failedAt: number;
  readonly firstFailedAt: number;
}

/** How far the step that is under way has come. Emptied when a step is entered, and in part when a run goes on. */
export interface Progress {
  /** Milliseconds since the epoch. */
  readonly enteredAt: number;
  /** Kinds of commands that are done in this step, with the time of the last. */
  readonly done: Readonly<Partial<Record<Command['kind'], number>>>;
  /** What the last command that waits for something still waits for. */
  readonly waitingFor: readonly string[];
  /** By region. */
  readonly watches: Readonly<Record<string, Watch>>;
  /** How many windows each region's watches of this step have had, those before a stop among them. @default - not counted */
  readonly windows?: Readonly<Record<string, number>>;
  /** What keeps singletons from being handed over. @default - it was not looked at yet */
  readonly unfit?: readonly string[];
  /** When the floors last got on. @default - not yet */
  readonly movedAt?: number;
  readonly probes?: readonly ProbeResult[];
  /** By region: probes of this step that were sent, as long as there are more. @default - all were, or none */
  readonly probing?: Readonly<
    Record<string, { readonly probes: readonly ProbeResult[]; readonly next: number; readonly count: number }>
  >;
  /** By region, in a step that watches several. */
  readonly probed?: Readonly<Record<string, readonly ProbeResult[]>>;
  /** Somebody asked not to wait for the rest of its time. @default false */
  readonly promoted?: boolean;
  /** The hooks of this step that were called, and did not say no. */
  readonly hooked?: readonly HookTime[];
  /** Why hooks do not let it begin. @default - they do, or were not asked */
  readonly vetoed?: string;
  /** As they were judged for good; empty until then. */
  readonly gates: readonly GateResult[];
  /** By region. On the way back each goes at its own pace: trouble in one must not keep another on the target. */
  readonly back: Readonly<Record<string, WayBack>>;
}

/** How far a region has come on the way back. Times in milliseconds since the epoch. */
export interface WayBack {
  readonly writtenAt?: number;
  readonly lookedAt?: number;
  /** Whether the group was found as it must be after the last thing that was done here. */
  readonly confirmed: boolean;
  readonly drainingSince?: number;
  readonly drainedAt?: number;
  readonly waitingFor: readonly string[];
  readonly trouble?: Trouble;
  readonly handBack?: HandBack;
}

/** How far the singletons of a region have come on the way back, apart from its flows. */
export interface HandBack {
  /** @default - it was not answered yet */
  readonly since?: number;
  readonly lookedAt?: number;
  readonly waitingFor: readonly string[];
  readonly trouble?: Trouble;
}

/**
 * A sliding look at a region: between one and two bake times long once it has gone on for that long, and longer where so
 * little arrives that this would never be enough to judge.
 */
export interface Watch {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly first: RegionSample;
  /** Becomes the first when the look grows too long. @default - not yet */
  readonly middle?: RegionSample;
  readonly middleAt?: number;
  readonly last: RegionSample;
  readonly lastAt: number;
  /** What came to revisions when they were last told apart. @default - never, or gateways came or went since */
  readonly revisions?: NonNullable<RegionSample['revisions']>;
  readonly revisionsAt?: number;
  /** What it has come to since `first`, look by look. @default - the plan states no rate of false alarms */
  readonly tally?: Tally;
  /** Likewise since `middle`. */
  readonly young?: Tally;
}

/** How the target of a region is kept equal to its source. Times in milliseconds since the epoch. */
export interface Following {
  /** - `none`: nobody can; - `ended`: it was, until its end */
  readonly is: 'on' | 'none' | 'ended';
  readonly since: number;
  readonly seenAt?: number;
  readonly seen?: FollowReading;
}

/** A region as the engine left it. */
export interface RegionState {
  /** The group as it was last read back, or as the plan found it. */
  readonly endpoints: readonly Endpoint[];
  /** Whether the accelerator was seen DEPLOYED after the last change. */
  readonly deployed: boolean;
  /** Weights that were announced since the last read-back: any of them may be there. @default - none */
  readonly announced?: readonly Readonly<Record<string, number>>[];
  /** Our weights to go back to, after a change of somebody else that was adopted. @default - those of the plan */
  readonly start?: Readonly<Record<string, number>>;
  /** Since this run of the process began. */
  readonly verified: boolean;
  /** Whether the target ever got weight here, or may have. */
  readonly shifted: boolean;
  readonly drained: readonly Colour[];
  /** How often the target must be drained once more, because it was given weight again on the way back. */
  readonly redrains: number;
  /** Set by us, to be put back. */
  readonly floors: readonly Floor[];
  /** How far each was raised, by its text. @default - none was */
  readonly raised?: Readonly<Record<string, Raised>>;
  /** As they were before the hand-over. @default - they were not read */
  readonly singletons?: readonly Singleton[];
  /** Whether the hand-over of the singletons was announced, is done, or was taken back. @default - nothing was done */
  readonly handOver?: 'begun' | 'over' | 'back';
  /**
   * Whether nodes under gateways and activators are to be held, may be held by our doing, or were given back.
   * @default - nothing takes them away, or a journal of before
   */
  readonly nodes?: 'due' | 'held' | 'free';
  /** When they were last held, in milliseconds since the epoch. @default - not yet */
  readonly nodesHeldAt?: number;
  /** @default - nothing keeps the target equal to the source, or the process that did is gone */
  readonly following?: Following;
  /** p99 of the source in milliseconds, when it last had enough traffic. */
  readonly baseline?: number;
  /** The greatest that the source's part of errors can have been then, 0–1. @default - not asked for by the plan */
  readonly baselineErrors?: number;
}

/** Everything that a decision rests on; rebuilt from the journal alone. */
export interface CutoverState {
  readonly status: Status;
  /** Index in the plan's steps. */
  readonly step: number;
  readonly progress: Progress;
  readonly regions: Readonly<Record<string, RegionState>>;
  /** A command whose effect was announced and whose result is not known. */
  readonly pending?: Command;
  /** @default - the last command did not fail */
  readonly trouble?: Trouble;
  /** Who paused it. @default - nobody */
  readonly paused?: Actor;
  /** The step that waits for an approval. @default - none */
  readonly awaiting?: string;
  /** Steps that were approved. @default - none */
  readonly approved?: readonly string[];
  /** Weights to be given again, after a change of somebody else. @default - none */
  readonly mend?: readonly { readonly region: string; readonly weights: Readonly<Record<string, number>> }[];
  readonly held?: HoldReason;
  /** What finalizing said that cannot come over, and was left so by whoever said `finalize` again. @default - nothing */
  readonly conceded?: readonly string[];
  readonly rollback?: RollbackReason & { readonly at: number };
  /** Milliseconds since the epoch of the last record. */
  readonly at: number;
}

export const emptyProgress = (enteredAt: number): Progress => ({
  enteredAt,
  done: {},
  waitingFor: [],
  watches: {},
  gates: [],
  back: {},
});

/** The state before the first record. */
export function initialState(plan: CutoverPlan): CutoverState {
  return {
    status: 'new',
    step: -1,
    progress: emptyProgress(0),
    regions: Object.fromEntries(
      plan.regions.map(({ region, endpoints }) => [
        region,
        {
          endpoints,
          deployed: true,
          verified: false,
          shifted: false,
          drained: [],
          redrains: 0,
          floors: [],
        } satisfies RegionState,
      ]),
    ),
    at: 0,
  };
}
