import type { JournalRecord } from '../../lib/cutover/index.ts';
import type { Random } from '../../lib/rehearsal/random.ts';

/** What a cutover is meant to come to. */
export type Course = 'forward' | 'back';

/** Something that is seen of a process at work: a record of its journal, or a write that the accelerator has just carried out. */
export interface Sight {
  /** Step without its region, `rollback` or `finalize`; empty before the first step. */
  readonly phase: string;
  /** `issued set-weights`, `done sample`, `judged`; `written` for the accelerator. */
  readonly what: string;
}

/** When a process is killed. */
export interface Moment extends Sight {
  /** Milliseconds after that was seen. 0: in the same turn of the event loop. */
  readonly after: number;
}

const effect = (kind: string): string[] => [`issued ${kind}`, `done ${kind}`];
const weights = ['issued set-weights', 'written', 'done set-weights', 'done deployment-status'];
const watched = ['done sample', 'judged'];

const begin: readonly (readonly [string, readonly string[]])[] = [
  // While it starts, and once more as soon as one that was killed goes on.
  ['', ['starting', 'started', 'resumed']],
  ['preflight', ['step-entered', 'done preflight']],
  ['migrate', effect('migrate')],
  ['verify', ['step-entered', 'done verify']],
  ['floors', ['done read-floors', ...effect('set-floors')]],
  ['shift-25', ['step-entered', ...weights]],
];

/** Every moment of a cutover, in the order in which it comes to them: all steps, before and after each effect. */
const all: Readonly<Record<Course, readonly (readonly [string, readonly string[]])[]>> = {
  forward: [
    ...begin,
    ['shift-25', watched],
    ['shift-100', ['step-entered', ...weights, ...watched]],
    ['drain', effect('drain')],
    ['hold', ['step-entered', ...watched, 'issued end-follow', 'ended']],
    ['finalize', ['finalize-begun', ...effect('clear-floors')]],
  ],
  back: [
    ...begin,
    ['rollback', ['rollback-begun', ...weights, ...effect('drain'), ...effect('clear-floors')]],
  ],
};

/** In order, over all of a cutover's course. */
export const sightsOf = (course: Course): Sight[] =>
  all[course].flatMap(([phase, whats]) => whats.map((what) => ({ phase, what })));

export const sameSight = (a: Sight, b: Sight): boolean => a.phase === b.phase && a.what === b.what;
export const sightText = ({ phase, what }: Sight): string => (phase === '' ? what : `${phase}: ${what}`);

/** What a record shows, in the phase of the record before. */
export function sightOf({ event }: JournalRecord, before: string): Sight {
  const { type } = event;
  if (type === 'step-entered') return { phase: event.step.split('/').at(-1) ?? '', what: type };
  if (type === 'rollback-begun') return { phase: 'rollback', what: type };
  if (type === 'finalize-begun') return { phase: 'finalize', what: type };
  if (type === 'issued') return { phase: before, what: `issued ${event.command.kind}` };
  if (type === 'done') return { phase: before, what: `done ${event.result.kind}` };
  return { phase: before, what: type };
}

/** Deals moments: each of a course once, in an order of the seed, before any comes again. */
export class Deck {
  private readonly left: Record<Course, Sight[]> = { forward: [], back: [] };

  constructor(private readonly random: Random) {}

  /** So many moments of one cutover, in its order. */
  deal(course: Course, count: number): Moment[] {
    const order = sightsOf(course);
    const dealt: Sight[] = [];
    while (dealt.length < Math.min(count, order.length)) {
      if (this.left[course].length === 0) this.left[course] = shuffled(order, this.random);
      const index = this.left[course].findIndex((one) => !dealt.some((other) => sameSight(one, other)));
      const [next] = this.left[course].splice(Math.max(0, index), 1);
      if (index < 0 || next === undefined) this.left[course] = [];
      else dealt.push(next);
    }
    return order
      .filter((one) => dealt.some((other) => sameSight(one, other)))
      .map((one) => ({ ...one, after: this.delay(one) }));
  }

  /** Between a record and the next one lies a call, which takes milliseconds; a start takes hundreds of them. */
  private delay({ what }: Sight): number {
    if (what === 'written') return 0;
    const drawn = this.random();
    return Math.round(what === 'starting' ? 30 + drawn * 900 : drawn * drawn * 60);
  }
}

function shuffled<T>(given: readonly T[], random: Random): T[] {
  return given
    .map((value) => ({ value, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}
