import type { ObjectPlace } from '../plan/plan.ts';
import type { Open, Side, Trouble } from './state.ts';

/** What is worth to be told of a following. */
export type FollowNews =
  /** The target was written to. @property lagMs how long ago the oldest change that came over was seen */
  | {
      readonly news: 'applied';
      readonly namespaces: readonly string[];
      readonly objects: readonly ObjectPlace[];
      readonly lagMs: number;
    }
  /** The target has everything that the source has, but for what is open. */
  | { readonly news: 'level'; readonly tookMs: number; readonly open: number; readonly left: number }
  /** An object needs a person. Told once, until it is another reason. */
  | { readonly news: 'open'; readonly open: Open }
  /** It does not any more. */
  | { readonly news: 'settled'; readonly open: Open }
  /** It was deleted on the source; on the target it stays. */
  | { readonly news: 'left'; readonly object: ObjectPlace }
  /** Changes of a kind are not told: they are found only when everything is looked at. */
  | { readonly news: 'unwatched'; readonly with: Side; readonly kind: string; readonly why: string }
  /** Somebody does not answer; it is tried again. */
  | { readonly news: 'trouble'; readonly with: Trouble; readonly why: string }
  | { readonly news: 'recovered'; readonly with: Trouble };

/** How far the target is behind, now. */
export interface FollowStatus {
  /** Milliseconds since the oldest change that the target may lack was seen; 0 when it lacks none. */
  readonly lagMs: number;
  /** Whether it lacks nothing, but for what is open. */
  readonly level: boolean;
  /** Whether the first look at everything is over. */
  readonly begun: boolean;
  /** Namespaces that are being planned or applied; `*` for all. */
  readonly working: readonly string[];
  /** Namespaces that wait to be. */
  readonly pending: readonly string[];
  /** Names of objects that changed and may be missing: the first few of each namespace. */
  readonly missing: readonly string[];
  readonly open: readonly Open[];
  readonly left: readonly ObjectPlace[];
  /** Kinds of the source of which nothing is heard now. */
  readonly unheard: readonly string[];
  readonly troubles: readonly Trouble[];
  /** Objects that were written. */
  readonly written: number;
}

/** How it ended. */
export interface FollowSummary extends FollowStatus {
  /** Milliseconds that it lasted. */
  readonly tookMs: number;
}
