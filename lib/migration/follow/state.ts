import type { ObjectPlace } from '../plan/plan.ts';

/** The cluster that is followed, and the one that follows it. */
export type Side = 'source' | 'target';

/** Stands for every namespace at once. */
export const everywhere = '*';

/** A namespace, or everything, that is to be planned again. */
export interface Pending {
  /** When the oldest change of the source that the target may lack was seen. @default - there is none: it is only looked at */
  readonly changedAt?: number;
  /** When the changes are to be looked at together. */
  readonly dueAt: number;
  /** Tries in a row that came to nothing. */
  readonly failures: number;
  /** Names of the first few objects that changed. */
  readonly objects: readonly string[];
}

/** What keeps an object of the source from being on the target, until a person does something. */
export interface Open extends ObjectPlace {
  /** `failure`: the target's API server does not take it, or cannot now. `unread`: nothing is known of it. */
  readonly is: 'conflict' | 'refusal' | 'failure' | 'unread';
  readonly code: string;
  /** A clause, without a full stop. */
  readonly why: string;
  readonly action: string;
}

export interface WatchState {
  readonly side: Side;
  readonly kind: string;
  /** - `none`: it cannot be watched, so its changes are found only by looking */
  readonly is: 'listing' | 'watching' | 'broken' | 'none';
  /** Until when what happened is known. */
  readonly heardAt: number;
  readonly failures: number;
  /** Of `broken` and `none`. */
  readonly why?: string;
}

/** Something of the source, or of the target, that could not be read. */
export interface Unread extends Open {
  /** A namespace that was planned then, or `everywhere`. */
  readonly place: string;
  /** Twice in a row: it does not pass by itself. */
  readonly stays: boolean;
}

/** Who does not answer, or not as it should. */
export type Trouble = Side | 'work';

/** Everything that the following of one cluster by another knows. */
export interface FollowState {
  readonly startedAt: number;
  readonly pending: ReadonlyMap<string, Pending>;
  /** What is being planned and applied now. @default - nothing is */
  readonly working: ReadonlyMap<string, Pending> | undefined;
  readonly watches: ReadonlyMap<string, WatchState>;
  /** By name. */
  readonly open: ReadonlyMap<string, Open>;
  /** By what could not be read, and the place. */
  readonly unread: ReadonlyMap<string, Unread>;
  /** Deleted on the source, and still on the target. */
  readonly left: ReadonlyMap<string, ObjectPlace>;
  /** Name → digest of what was written last, so that the same is never written against somebody else. */
  readonly made: ReadonlyMap<string, string>;
  /** Deleted on the target by somebody else, while the source has it as before. */
  readonly taken: ReadonlySet<string>;
  readonly troubles: ReadonlyMap<Trouble, string>;
  /** Whether it was said that the target has everything. */
  readonly level: boolean;
  /** Whether something happened since then that makes it worth to be said again. */
  readonly news: boolean;
  readonly resyncAt: number;
  /** Objects that were written. */
  readonly written: number;
}

/** Milliseconds. */
export interface FollowTimes {
  /** From the first change of a namespace until it is planned, so that what changes together is planned together. @default 1000 */
  readonly gatherMs: number;
  /** For Knative's controller to see what a service says, unless it is quicker: then its revisions come along. @default 5000 */
  readonly settleMs: number;
  /** Before what failed is tried again; doubled each time. @default 1000 */
  readonly firstRetryMs: number;
  /** @default 60000 */
  readonly maxRetryMs: number;
  /** Between two looks at everything, for what no watch tells. @default 600000 */
  readonly resyncMs: number;
  /** For the lists of the beginning, before the first plan is made without them. @default 30000 */
  readonly startMs: number;
}

export const usualTimes: FollowTimes = {
  gatherMs: 1000,
  settleMs: 5000,
  firstRetryMs: 1000,
  maxRetryMs: 60_000,
  resyncMs: 600_000,
  startMs: 30_000,
};

export const initialState = (now: number, times: FollowTimes): FollowState => ({
  startedAt: now,
  pending: new Map([[everywhere, { changedAt: now, dueAt: now, failures: 0, objects: [] }]]),
  working: undefined,
  watches: new Map(),
  open: new Map(),
  unread: new Map(),
  left: new Map(),
  made: new Map(),
  taken: new Set(),
  troubles: new Map(),
  level: false,
  news: true,
  resyncAt: now + times.resyncMs,
  written: 0,
});
