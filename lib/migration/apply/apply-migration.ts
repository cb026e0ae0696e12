import { type Clock, systemClock } from '../../cutover/ports.ts';
import type { PlannedObject, RegionPlan } from '../plan/plan.ts';
import { applyObject, placeOf, settled, writesOf, writtenBy } from './apply-object.ts';
import { type ApplyPort, Guard } from './guarded-port.ts';
import { AdaptiveLimit } from './limit.ts';
import { needsOf, placeText } from './needs.ts';
import { interrupted } from './outcome-of.ts';
import {
  type ApplyProgress,
  type ApplyResult,
  type ObjectResult,
  type OutcomeReason,
  outcomesOf,
} from './result.ts';

export interface ApplyProps {
  readonly plan: RegionPlan;
  /** Values of Secrets are read from it, and nothing else. */
  readonly source: Pick<ApplyPort, 'get'>;
  readonly target: ApplyPort;
  readonly onProgress?: (progress: ApplyProgress) => void;
  /** Nothing more is begun once it is given; what is under way comes to its end. */
  readonly signal?: AbortSignal;
  /** Of the waits before something is tried again: from 0 up to, not including, 1. @default - by chance */
  readonly random?: () => number;
  /** Milliseconds for one object, besides a quarter of a second for each of its writes. @default 60000 */
  readonly objectTimeoutMs?: number;
  /** @default - the system's */
  readonly clock?: Clock;
}

const usualTimeout = 60_000;
const perWrite = 250;

/**
 * Makes what a plan says: one level after another, and within a level as many at a time as the target's API server keeps
 * up with. Never takes a field from another manager: that object stops, and what needs it is skipped. Run again, it goes
 * on where it stopped; nothing is deleted on either side but what an arrival made for its own use.
 * @throws what is about no object: a port's own, such as a lost lease. What fails otherwise is in the result
 */
export const applyMigration = (props: ApplyProps): Promise<ApplyResult> => new Application(props).run();

class Application {
  readonly #props: ApplyProps;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #source: AdaptiveLimit;
  readonly #target: AdaptiveLimit;
  readonly #timeout: number;
  readonly #results = new Map<PlannedObject, ObjectResult>();
  /** Name → what became of it, of all that is not as planned. */
  readonly #wrong = new Map<string, ObjectResult>();
  #stopped: OutcomeReason | undefined;

  constructor(props: ApplyProps) {
    this.#props = props;
    this.#clock = props.clock ?? systemClock;
    this.#random = props.random ?? Math.random;
    this.#source = new AdaptiveLimit(this.#clock, props.signal);
    this.#target = new AdaptiveLimit(this.#clock, props.signal);
    this.#timeout = props.objectTimeoutMs ?? usualTimeout;
  }

  async run(): Promise<ApplyResult> {
    const { objects } = this.#props.plan;
    const levels = [...new Set(objects.map(({ level }) => level))].sort((a, b) => a - b);
    for (const level of levels) await this.#level(objects.filter((planned) => planned.level === level));
    const results = objects.flatMap((planned) => this.#results.get(planned) ?? []);
    return {
      objects: results,
      sums: outcomesOf(results),
      interrupted: results.some(({ reason }) => reason === interrupted),
    };
  }

  async #level(level: readonly PlannedObject[]): Promise<void> {
    const open = [...level].reverse();
    const working = new Set<Promise<void>>();
    let mistake: unknown;
    for (;;) {
      while (working.size < this.#target.size && mistake === undefined) {
        const planned = open.pop();
        if (planned === undefined) break;
        const known = this.#withoutWork(planned);
        if (known !== undefined) {
          this.#done(planned, known);
          continue;
        }
        const work = this.#make(planned)
          .catch((error: unknown) => {
            mistake = error;
          })
          .finally(() => working.delete(work));
        working.add(work);
      }
      if (working.size === 0) break;
      await Promise.race(working);
    }
    if (mistake !== undefined) throw mistake;
  }

  /** What is to be said of an object that is not to be worked on. */
  #withoutWork(planned: PlannedObject): ObjectResult | undefined {
    const known = settled(planned);
    if (known !== undefined) return known;
    const skipped = (reason: OutcomeReason): ObjectResult => ({
      ...placeOf(planned),
      outcome: 'skipped',
      reason,
    });
    if (this.#props.signal?.aborted) return skipped(interrupted);
    if (this.#stopped !== undefined) return skipped(this.#stopped);
    const need = writtenBy(planned)
      .flatMap(needsOf)
      .find((name) => this.#wrong.has(name));
    return need === undefined ? undefined : skipped(because(need, this.#wrong.get(need)));
  }

  async #make(planned: PlannedObject): Promise<void> {
    const { signal, source, target } = this.#props;
    const deadlineMs = this.#timeout + perWrite * writesOf(planned);
    const guard = new Guard({
      clock: this.#clock,
      random: this.#random,
      deadlineMs,
      ...(signal === undefined ? {} : { signal }),
    });
    // Values of Secrets are read by the same time and patience.
    const reading = guard.port({ ...target, get: (reference) => source.get(reference) }, this.#source);
    const result = await applyObject(planned, reading, guard.port(target, this.#target));
    this.#stopWhere(result);
    this.#done(planned, result);
  }

  /** What goes wrong with everything needs not be found out for each object. */
  #stopWhere({ reason }: ObjectResult): void {
    if (reason?.code === 'unauthorized') this.#stopped = { ...reason, code: 'stopped' };
    const silent = Math.max(this.#source.silentFor, this.#target.silentFor);
    if (reason?.code === 'unavailable' && silent > this.#timeout / 2)
      this.#stopped = { ...reason, code: 'stopped', why: `nothing is answered any more: ${reason.why}` };
  }

  #done(planned: PlannedObject, result: ObjectResult): void {
    this.#results.set(planned, result);
    if (result.outcome !== 'applied' && result.outcome !== 'unchanged')
      this.#wrong.set(placeText(result), result);
    this.#props.onProgress?.({
      object: result,
      done: this.#results.size,
      of: this.#props.plan.objects.length,
      atOnce: this.#target.size,
    });
  }
}

const states: Readonly<Record<string, string>> = {
  conflict: 'is in conflict',
  failed: 'could not be made',
  skipped: 'was skipped',
};

const because = (name: string, wrong: ObjectResult | undefined): OutcomeReason => ({
  code: 'needs',
  why: `it needs ${name}, which ${states[wrong?.outcome ?? ''] ?? 'is not there'}`,
  action: 'see to that one first, and run the same command again',
});
