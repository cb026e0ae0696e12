import type { Duration, DurationText } from './duration.ts';

/** What of a cutover people, or their tools, take part in. */

/** The steps that names mean: a kind such as `shift`, a step such as `shift-50`, or one region's: `eu-west-1/shift-50`. */
export type StepNames = readonly string[];

/** When a hook is called: `before` a step it may veto, `after` it is only told. */
export type HookTime = 'before' | 'after';

interface HookParts {
  /** Each once. */
  readonly name: string;
  /** A command and its arguments; no shell reads them. Exactly one of `run` and `url`. */
  readonly run?: readonly string[];
  /** Is sent a POST. */
  readonly url?: string;
  /** @default - every step */
  readonly steps?: StepNames;
}

/** What is called before and after steps. */
export interface CutoverHook extends HookParts {
  readonly when: readonly HookTime[];
  readonly timeout: Duration;
}

export interface CutoverHookInput extends HookParts {
  /** @default ['before', 'after'] */
  readonly when?: readonly HookTime[];
  /** @default 30s, at most 1h */
  readonly timeout?: DurationText;
}

export interface HandsOn {
  /** How far the target may be behind the source's changes before it is given a share. */
  readonly maxLag: Duration;
  /** Steps that wait until somebody approves them. */
  readonly approvals: StepNames;
  readonly hooks: readonly CutoverHook[];
  /** Regions in groups, one group after the other. @default - all of them are one */
  readonly waves?: readonly (readonly string[])[];
  /** How long a group is watched before the next one begins. */
  readonly waveBake: Duration;
}

export interface HandsOnInput {
  /** How far the target may be behind the source's changes before it is given a share, at most 1d. @default 2m */
  readonly maxLag?: DurationText;
  /**
   * Steps that wait until somebody approves them: a kind such as `shift`, `shift-50`, or one region's `eu-west-1/shift-50`.
   * @default - none
   */
  readonly approvals?: StepNames;
  /** What is called before and after steps. @default - nothing */
  readonly hooks?: readonly CutoverHookInput[];
  /** Regions in groups, one group after the other; each region once. @default - all of them are one */
  readonly waves?: readonly (readonly string[])[];
  /** How long a group is watched before the next one begins, at most 24d. @default 15m */
  readonly waveBake?: DurationText;
}
