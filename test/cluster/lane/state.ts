import type { PartState } from '../machine/index.ts';

/**
 * `busy`: another command is at work on it. `restarting`: a part that ended is coming back by itself. `broken`: something of
 * it is there, but not all, and it does not come by itself.
 */
export type State = 'up' | 'down' | 'busy' | 'restarting' | 'broken';

/** What is seen of a cluster from outside. */
export interface Seen {
  readonly keeper: boolean;
  /** It was up once, with this keeper. */
  readonly complete: boolean;
  /** Another command holds it. */
  readonly locked: boolean;
  /** Something is there that the kernel does not take away. */
  readonly left: boolean;
  readonly parts: readonly PartState[];
  /** Its API server says that it is ready. */
  readonly answers: boolean;
}

/** Ends in a row, each soon after a start, that are no accident. */
const hopeless = 3;
/** Seconds that a part has, once it is started again, until the API server must answer. */
const comingBack = 60;

/** The parts that end again and again. */
export const failing = (parts: readonly PartState[]): PartState[] =>
  parts.filter(({ pid, quick, age }) => quick >= hopeless && (pid === 0 || age < comingBack));

/** How a cluster is, by what is seen of it. */
export function stateOf({ keeper, complete, locked, left, parts, answers }: Seen): State {
  if (!keeper || !complete) {
    if (locked) return 'busy';
    return keeper || left ? 'broken' : 'down';
  }
  if (failing(parts).length > 0) return 'broken';
  if (answers && parts.every(({ pid }) => pid > 0)) return 'up';
  // It may be on its way down.
  if (locked) return 'busy';
  return parts.some(({ age }) => age < comingBack) ? 'restarting' : 'broken';
}
