import type { Endpoint } from '../traffic/traffic-port.ts';
import type { Command, CommandFailure, CommandResult } from './commands.ts';
import type { GateResult } from './gates.ts';

/** Who acts: for the journal and for whoever is told that the lease is held. */
export interface Actor {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
}

export interface RollbackReason {
  readonly cause: 'gate' | 'request' | 'failure';
  readonly text: string;
  readonly step?: string;
  readonly gates?: readonly GateResult[];
}

export interface HoldReason {
  readonly code: string;
  readonly text: string;
  /** The command that goes on. */
  readonly next: string;
  /** What the process ends with: 4 for a gate, else 1. */
  readonly exit: 1 | 4;
}

/** A region's endpoint group as it was found. */
export interface FoundGroup {
  readonly region: string;
  readonly endpoints: readonly Endpoint[];
}

export type Outcome = 'completed' | 'rolled-back' | 'finalized';

/** What a journal can hold. The field names are a contract: old journals are replayed for ever. */
export type JournalEvent =
  | { readonly type: 'started'; readonly plan: string; readonly by: Actor }
  | { readonly type: 'resumed'; readonly by: Actor }
  | { readonly type: 'step-entered'; readonly step: string }
  | { readonly type: 'issued'; readonly command: Command }
  | { readonly type: 'done'; readonly result: CommandResult; readonly region: string }
  | {
      readonly type: 'failed';
      readonly command: Command['kind'];
      readonly region: string;
      readonly failure: CommandFailure;
    }
  | { readonly type: 'judged'; readonly step: string; readonly gates: readonly GateResult[] }
  | { readonly type: 'step-passed'; readonly step: string }
  | { readonly type: 'rollback-begun'; readonly reason: RollbackReason }
  | { readonly type: 'finalize-begun'; readonly by: Actor }
  /** No step goes on until `unpaused`; what has traffic is watched. */
  | { readonly type: 'paused'; readonly by: Actor }
  | { readonly type: 'unpaused'; readonly by: Actor }
  /** The rest of the step's time is not waited for. */
  | { readonly type: 'promoted'; readonly step: string; readonly by: Actor }
  | { readonly type: 'approval-awaited'; readonly step: string }
  | { readonly type: 'approved'; readonly step: string; readonly by: Actor }
  /** A command that came by mail and could not be followed. */
  | { readonly type: 'refused'; readonly command: string; readonly why: string; readonly by: Actor }
  /** What somebody else made of groups is the new start. */
  | { readonly type: 'adopted'; readonly by: Actor; readonly groups: readonly FoundGroup[] }
  /** What somebody else made of groups is known; the share is given again. */
  | { readonly type: 'overwritten'; readonly by: Actor; readonly groups: readonly FoundGroup[] }
  /** The share was given again in a region. */
  | { readonly type: 'mended'; readonly region: string }
  | { readonly type: 'held'; readonly reason: HoldReason }
  | { readonly type: 'ended'; readonly outcome: Outcome };

export interface JournalRecord {
  /** Counts from 0. */
  readonly seq: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The fencing token of the lease under which it was written. */
  readonly token: number;
  readonly event: JournalEvent;
  /** Hash of the record before; empty for the first. */
  readonly prev: string;
  /** sha256 over everything above. */
  readonly hash: string;
}
