import type { Colour } from '../fleet/colour.ts';
import type { ProbeResult } from '../metrics/metrics-port.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import type { Command, CommandFailure, Floor, RegionSample } from './commands.ts';
import type { GateResult } from './gates.ts';
import type { HoldReason, RollbackReason } from './journal-event.ts';
import type { CutoverPlan } from './plan.ts';

export type Status =
  | 'new'
  | 'forward'
  | 'completed'
  | 'rolling-back'
  | 'rolled-back'
  | 'finalizing'
  | 'finalized';

/** How far the step that is under way has come. Emptied when a step is entered. */
export interface Progress {
  /** Milliseconds since the epoch. */
  readonly enteredAt: number;
  /** Kinds of commands that are done in this step, with the time of the last. */
  readonly done: Readonly<Partial<Record<Command['kind'], number>>>;
  /** What the last command that waits for something still waits for. */
  readonly waitingFor: readonly string[];
  /** By region. */
  readonly watches: Readonly<Record<string, Watch>>;
  readonly probes?: readonly ProbeResult[];
  readonly gates: readonly GateResult[];
}

/** A sliding look at a region: between one and two bake times long, once it has gone on for that long. */
export interface Watch {
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly first: RegionSample;
  /** Becomes the first when the look grows too long. @default - not yet */
  readonly middle?: RegionSample;
  readonly middleAt?: number;
  readonly last: RegionSample;
  readonly lastAt: number;
}

/** A region as the engine left it. */
export interface RegionState {
  /** The group as it was last read back, or as the plan found it. */
  readonly endpoints: readonly Endpoint[];
  /** Whether the last change was seen DEPLOYED. */
  readonly deployed: boolean;
  /** Weights that were announced and not yet read back. @default - none */
  readonly announced?: Readonly<Record<string, number>>;
  readonly verified: boolean;
  /** Whether the target ever got weight here. */
  readonly shifted: boolean;
  readonly drained: readonly Colour[];
  /** Set by us, to be put back. */
  readonly floors: readonly Floor[];
  /** p99 of the source in milliseconds, when it last had enough traffic. */
  readonly baseline?: number;
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
  /** Failures of the same command in a row. */
  readonly failures: number;
  readonly failure?: CommandFailure;
  readonly failedAt?: number;
  readonly firstFailedAt?: number;
  readonly held?: HoldReason;
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
          floors: [],
        } satisfies RegionState,
      ]),
    ),
    failures: 0,
    at: 0,
  };
}
