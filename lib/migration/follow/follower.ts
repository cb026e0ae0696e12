import { setMaxListeners } from 'node:events';
import type { DefinitionPort, KubeObject } from '../../clusters/index.ts';
import { type Clock, systemClock } from '../../cutover/ports.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { ApplyResult } from '../apply/index.ts';
import { keyOf, keyText } from '../inventory/names.ts';
import type { ObjectPlace, RegionPlan } from '../plan/plan.ts';
import { placesConcerned } from './concerned.ts';
import { decide } from './decide.ts';
import { evolve, type FollowEvent } from './evolve.ts';
import { withoutHeld } from './hold.ts';
import type { FollowNews, FollowStatus, FollowSummary } from './news.ts';
import { planPlaces } from './plan-places.ts';
import { isOurs, isSettling, Sightings } from './sightings.ts';
import {
  everywhere,
  type FollowState,
  type FollowTimes,
  initialState,
  type Side,
  usualTimes,
} from './state.ts';
import { statusOf } from './status.ts';
import { type WatchedKind, watchedKinds } from './watched-kinds.ts';

/** The part of the port that is followed with: it reads only. */
export type FollowPort = Pick<DefinitionPort, 'discover' | 'watch'>;

export interface FollowProps {
  readonly source: FollowPort;
  readonly target: FollowPort;
  /** What would make the target hold what the source holds, in these namespaces; undefined for all that are followed. */
  readonly plan: (namespaces: readonly string[] | undefined) => Promise<RegionPlan>;
  /** Makes what a plan says. Ends early when the signal is given. */
  readonly apply: (plan: RegionPlan, signal: AbortSignal) => Promise<ApplyResult>;
  /** @default - all that are not the system's */
  readonly namespaces?: readonly string[];
  readonly onNews?: (news: FollowNews, status: FollowStatus) => void;
  readonly times?: Partial<FollowTimes>;
  /** @default - the system's */
  readonly clock?: Clock;
}

type Told = FollowEvent extends infer Event ? (Event extends FollowEvent ? Omit<Event, 'at'> : never) : never;

/** Carries out what `decide` says, and tells `evolve` what happened. */
export class Follower {
  readonly #props: FollowProps;
  readonly #clock: Clock;
  readonly #times: FollowTimes;
  readonly #namespaces: ReadonlySet<string> | undefined;
  readonly #ends = new AbortController();
  readonly #seen: Readonly<Record<Side, Sightings>> = { source: new Sightings(), target: new Sightings() };
  readonly #pumps = new Map<string, Promise<void>>();
  readonly #waiting = new Set<() => void>();
  #state: FollowState;
  #wake = new AbortController();
  #failure: unknown;

  constructor(props: FollowProps) {
    this.#props = props;
    this.#clock = props.clock ?? systemClock;
    this.#times = { ...usualTimes, ...props.times };
    this.#namespaces = props.namespaces === undefined ? undefined : new Set(props.namespaces);
    this.#state = initialState(this.#clock.now(), this.#times);
    // Every watch listens to it.
    setMaxListeners(0, this.#ends.signal);
  }

  status(): FollowStatus {
    return statusOf(this.#state, this.#clock.now());
  }

  /** Ends what is under way. */
  stop(): void {
    this.#ends.abort();
    this.#wake.abort();
  }

  /** Resolves when the target has everything, or it all ended. */
  async level(): Promise<void> {
    while (!this.#state.level && !this.#ends.signal.aborted)
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  /** Until it is stopped. @throws ZeroshiftError `cluster.unauthorized`, `cluster.refused` at the beginning */
  async run(): Promise<FollowSummary> {
    const { signal } = this.#ends;
    try {
      await this.#begin();
      while (!signal.aborted && this.#failure === undefined) await this.#step();
    } finally {
      this.stop();
      this.#tellWaiting();
      await Promise.all(this.#pumps.values());
    }
    if (this.#failure !== undefined) throw this.#failure;
    return { ...this.status(), tookMs: this.#clock.now() - this.#state.startedAt };
  }

  async #begin(): Promise<void> {
    const { signal } = this.#ends;
    for (let failures = 0; !signal.aborted; failures++)
      try {
        await this.#watchAll();
        return;
      } catch (error) {
        if (!ZeroshiftError.is(error) || error.code !== 'cluster.unavailable') throw error;
        this.#tell({ event: 'failed', why: error.message });
        const wait = Math.min(this.#times.maxRetryMs, this.#times.firstRetryMs * 2 ** Math.min(failures, 20));
        await this.#clock.sleep(wait, signal);
      }
  }

  async #step(): Promise<void> {
    const next = decide(this.#state, this.#clock.now(), this.#times);
    if (next.do === 'work') return this.#work(next.places);
    if (next.do === 'resync') {
      this.#tell({ event: 'resync' });
      // Kinds that came meanwhile; where nothing answers, others say so.
      return this.#watchAll().catch((error: unknown) => {
        if (!ZeroshiftError.is(error)) throw error;
      });
    }
    this.#wake = new AbortController();
    if (this.#ends.signal.aborted) return;
    await this.#clock.sleep(next.until - this.#clock.now(), this.#wake.signal);
  }

  async #work(places: readonly string[] | undefined): Promise<void> {
    const { signal } = this.#ends;
    const chosen = places?.includes(everywhere) ? undefined : places;
    this.#tell({ event: 'begun', places: chosen });
    try {
      const read = await unlessAborted(planPlaces(this.#props.plan, chosen), signal);
      // What was to be done is still to be done, and is said so at the end.
      if (read === undefined) return;
      const { plan, held } = withoutHeld(read, this.#state);
      this.#tell({ event: 'worked', plan, applied: await this.#props.apply(plan, signal), held });
    } catch (error) {
      if (!ZeroshiftError.is(error)) throw error;
      this.#tell({ event: 'failed', why: error.message });
    }
  }

  async #watchAll(): Promise<void> {
    for (const side of ['source', 'target'] as const)
      for (const kind of watchedKinds(side, await this.#props[side].discover())) this.#watch(side, kind);
  }

  #watch(side: Side, kind: WatchedKind, namespace?: string): void {
    const watch = `${side} ${kind.groupKind}${namespace === undefined ? '' : ` in ${namespace}`}`;
    const replaced = namespace === undefined && this.#pumps.has(`${watch} in ${this.#props.namespaces?.[0]}`);
    if (this.#pumps.has(watch) || replaced) return;
    this.#tell({ event: 'listing', watch, side, kind: kind.groupKind });
    const pump = this.#pump(watch, side, kind, namespace)
      .catch((error: unknown) => {
        this.#failure ??= error;
        this.#wake.abort();
      })
      .finally(() => this.#pumps.delete(watch));
    this.#pumps.set(watch, pump);
  }

  async #pump(watch: string, side: Side, kind: WatchedKind, namespace: string | undefined): Promise<void> {
    const { signal } = this.#ends;
    const { apiVersion, metadataOnly } = kind;
    const options = { signal, metadataOnly, ...(namespace === undefined ? {} : { namespace }) };
    let listed = false;
    try {
      for await (const event of this.#props[side].watch({ apiVersion, kind: kind.kind }, options))
        switch (event.type) {
          case 'added':
          case 'modified':
            this.#changed(side, event.object, metadataOnly, listed);
            this.#tell({ event: 'heard', watch });
            break;
          case 'deleted':
            if (this.#seen[side].gone(event.object)) this.#deleted(side, event.object);
            this.#tell({ event: 'heard', watch });
            break;
          case 'broken':
            this.#tell({ event: 'broken', watch, failures: event.failures, why: event.error.message });
            break;
          case 'bookmark':
            this.#tell({ event: 'heard', watch });
            break;
          default:
            listed = true;
            this.#tell({ event: 'watching', watch });
        }
    } catch (error) {
      if (signal.aborted) return;
      if (!ZeroshiftError.is(error)) throw error;
      const { namespaces } = this.#props;
      if (namespace === undefined && namespaces !== undefined && kind.namespaced) {
        // Who may not see the whole cluster may see the namespaces.
        for (const one of namespaces) this.#watch(side, kind, one);
        this.#tell({ event: 'replaced', watch });
      } else this.#tell({ event: 'unwatchable', watch, why: error.message });
    }
  }

  #changed(side: Side, object: KubeObject, metadataOnly: boolean, listed: boolean): void {
    const what = this.#seen[side].changed(object, metadataOnly);
    if (what === undefined || !listed || (side === 'target' && isOurs(object))) return;
    const places = placesConcerned(object, this.#namespaces);
    const told = { object: placeOf(object), places, isNew: what === 'said', isSettling: isSettling(object) };
    if (places.length > 0) this.#tell({ event: 'changed', side, ...told });
  }

  #deleted(side: Side, object: KubeObject): void {
    const places = placesConcerned(object, this.#namespaces);
    const name = keyText(keyOf(object));
    const other = this.#seen[side === 'source' ? 'target' : 'source'].has(name);
    if (places.length > 0) this.#tell({ event: 'deleted', side, object: placeOf(object), places, other });
  }

  #tell(told: Told): void {
    const at = this.#clock.now();
    const { state, news } = evolve(this.#state, { ...told, at } as FollowEvent, this.#times);
    if (state === this.#state) return;
    this.#state = state;
    for (const one of news) this.#props.onNews?.(one, this.status());
    this.#wake.abort();
    if (state.level) this.#tellWaiting();
  }

  #tellWaiting(): void {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}

const placeOf = ({ apiVersion, kind, metadata: { namespace, name } }: KubeObject): ObjectPlace => ({
  apiVersion,
  kind,
  ...(namespace === undefined ? {} : { namespace }),
  name,
});

/** Undefined once the signal is given: what is only read need not be waited for. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => resolve(undefined);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
