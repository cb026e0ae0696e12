import type { ClusterPort, KubeObject } from '../../clusters/cluster-port.ts';
import type { Colour } from '../../fleet/colour.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import {
  handedOverAnnotation,
  handedOverOf,
  handedOverText,
  runningValue,
  type WaitField,
  waitFieldOf,
  waitingValue,
} from '../../migration/plan/handed-over.ts';
import type { Singleton } from '../commands.ts';
import type { CutoverPlan } from '../plan.ts';
import type { ColourPorts } from '../ports.ts';
import { singletonText } from '../singleton-text.ts';
import { stillThere } from './still-there.ts';

type Region = Readonly<Record<Colour, ColourPorts>>;

/** Milliseconds after which a Job that a CronJob's controller began before it was suspended can be seen. */
const rest = 2_000;

/** One of the two objects of a singleton. */
interface Side {
  readonly colour: Colour;
  readonly cluster: ClusterPort;
  readonly object: KubeObject | undefined;
}

/**
 * Stops singletons on one colour, and lets each run on the other once nothing of it is left: on the target as it ran on the
 * source, or on the way back on the source as it was. Says what is still waited for. Every write rests on what was read
 * before: one that comes late, from a process that lost its lease, is refused by the API server.
 * @throws ZeroshiftError `cutover.singleton-changed`, `cutover.singleton-missing`, and what the ports throw
 */
export async function handOver(
  plan: CutoverPlan,
  singletons: readonly Singleton[],
  region: Region,
  direction: 'over' | 'back',
  now: number,
): Promise<{ readonly waitingFor: readonly string[] }> {
  const waitingFor: string[] = [];
  const failures: ZeroshiftError[] = [];
  for (const singleton of singletons)
    try {
      const waits = await new HandOver(plan, singleton, region, direction, now).go();
      waitingFor.push(...waits.map((wait) => `${singletonText(singleton)} waits for ${wait}`));
    } catch (error) {
      // One that somebody changed does not keep the others where they are not to stay.
      if (!(error instanceof ZeroshiftError) || !error.code.startsWith('cutover.singleton-')) throw error;
      failures.push(error);
    }
  const [first] = failures;
  if (first === undefined) return { waitingFor };
  throw new ZeroshiftError(failures.map(({ message }) => message).join('; '), {
    code: first.code,
    source: 'outside',
    action: 'put back what is named, then go on',
  });
}

class HandOver {
  readonly #plan: CutoverPlan;
  readonly #singleton: Singleton;
  readonly #region: Region;
  readonly #back: boolean;
  readonly #field: WaitField;
  readonly #now: number;

  constructor(
    plan: CutoverPlan,
    singleton: Singleton,
    region: Region,
    direction: 'over' | 'back',
    now: number,
  ) {
    this.#now = now;
    this.#plan = plan;
    this.#singleton = singleton;
    this.#region = region;
    this.#back = direction === 'back';
    this.#field = waitFieldOf(singleton) ?? 'replicas';
  }

  async go(): Promise<string[]> {
    const { from, to } = this.#plan;
    // Both are read before anything is written: what the taker becomes rests on what it was by then.
    const [giver, taker] = await Promise.all([
      this.#read(this.#back ? to : from),
      this.#read(this.#back ? from : to),
    ]);
    const { object } = taker;
    if (object === undefined) throw this.#missing(taker.colour);
    const runs = this.#checkTaker(taker.colour, object);
    const given = await this.#suspend(giver);
    const left = [
      ...this.#toRest(given),
      ...(await stillThere(giver.cluster, this.#singleton, given, object)),
    ];
    if (left.length > 0) return left.map((what) => `${what} on ${giver.colour}`);
    const running = runs ? object : await this.#run(taker.cluster, object, given);
    return this.#toBeReady(taker.colour, running);
  }

  async #read(colour: Colour): Promise<Side> {
    const { cluster } = this.#region[colour];
    return { colour, cluster, object: await cluster.get(this.#reference) };
  }

  get #reference() {
    const { apiVersion, kind, namespace, name } = this.#singleton;
    return { apiVersion, kind, namespace, name };
  }

  /** What it is on the colour that it runs on in the end: always what it was on the source. */
  get #value(): number | boolean {
    return this.#singleton.before[this.#plan.from];
  }

  get #waiting(): number | boolean {
    return waitingValue[this.#field];
  }

  /** Whether a value is the one that was, or one that its autoscaler may have made of it. */
  #isAsBefore(value: number | boolean): boolean {
    if (value === this.#value) return true;
    return (
      this.#singleton.autoscaler !== undefined && value !== this.#waiting && this.#value !== this.#waiting
    );
  }

  /** What this cutover wrote of the hand-over on an object. */
  #markOf(object: KubeObject): 'here' | 'away' | undefined {
    const mark = handedOverOf(object);
    return mark?.plan === this.#plan.id ? mark.place : undefined;
  }

  /** Whether the taker was made to run already. Anything else than what we left there is somebody else's doing. */
  #checkTaker(colour: Colour, object: KubeObject): boolean {
    const value = runningValue(object, this.#field);
    const runs = this.#markOf(object) === 'here';
    if (runs && !this.#isAsBefore(value)) throw this.#changed(colour, value, this.#value);
    if (runs || value === this.#waiting) return runs;
    // On the way back the source may not have been stopped at all; on the way there the target must not run.
    const untouched = this.#back && this.#markOf(object) === undefined && this.#isAsBefore(value);
    if (!untouched) throw this.#changed(colour, value, this.#waiting);
    return false;
  }

  /** Stops it where it is not to run any more. Gives the object as it is then; undefined where it was deleted. */
  async #suspend({ colour, cluster, object }: Side): Promise<KubeObject | undefined> {
    if (object === undefined) {
      if (this.#back) return undefined;
      throw this.#missing(colour);
    }
    const value = runningValue(object, this.#field);
    if (this.#markOf(object) === 'away') {
      if (value !== this.#waiting) throw this.#changed(colour, value, this.#waiting);
      return object;
    }
    // Whatever it is on the target by now, on the way back it is stopped.
    if (!this.#back && !this.#isAsBefore(value)) throw this.#changed(colour, value, this.#value);
    return this.#write(cluster, object, 'away');
  }

  /** A CronJob's controller may have begun a Job just before it heard that it is suspended. */
  #toRest(given: KubeObject | undefined): string[] {
    if (this.#field !== 'suspend' || given === undefined) return [];
    const { at = 0 } = handedOverOf(given) ?? {};
    return this.#now >= at && this.#now < at + rest ? ['its schedule to rest'] : [];
  }

  async #run(cluster: ClusterPort, object: KubeObject, given: KubeObject | undefined): Promise<KubeObject> {
    return this.#write(cluster, await this.#withSchedule(cluster, object, given), 'here');
  }

  /**
   * A CronJob that is no longer suspended makes up for the last run that it missed: it must know which of them the other
   * colour has done.
   */
  async #withSchedule(
    cluster: ClusterPort,
    object: KubeObject,
    given: KubeObject | undefined,
  ): Promise<KubeObject> {
    const [theirs, ours] = [given, object].map((one): unknown => one?.status?.lastScheduleTime);
    if (this.#field !== 'suspend' || typeof theirs !== 'string') return object;
    if (typeof ours === 'string' && Date.parse(ours) >= Date.parse(theirs)) return object;
    const { resourceVersion } = object.metadata;
    return cluster.patch(
      { ...this.#reference, subresource: 'status' },
      { metadata: { resourceVersion }, status: { lastScheduleTime: theirs } },
    );
  }

  #write(cluster: ClusterPort, object: KubeObject, place: 'here' | 'away'): Promise<KubeObject> {
    const { resourceVersion } = object.metadata;
    const value = place === 'here' ? this.#value : this.#waiting;
    const mark = {
      place,
      plan: this.#plan.id,
      ...(place === 'away' ? { value: this.#value, at: this.#now } : {}),
    };
    return cluster.patch(this.#reference, {
      metadata: { resourceVersion, annotations: { [handedOverAnnotation]: handedOverText(mark) } },
      spec: { [this.#field]: value },
    });
  }

  #toBeReady(colour: Colour, { metadata, status }: KubeObject): string[] {
    if (this.#field === 'suspend' || this.#value === this.#waiting) return [];
    const { observedGeneration = 0, readyReplicas = 0 } = status ?? {};
    // As many as were ready where it ran: what did not run there cannot be asked for here.
    const wanted = Math.min(this.#singleton.ready, Number(this.#value));
    const current = observedGeneration >= (metadata.generation ?? 0);
    if (current && readyReplicas >= wanted) return [];
    return [`its pods to be ready on ${colour} (${current ? readyReplicas : 0} of ${wanted})`];
  }

  #missing(colour: Colour): ZeroshiftError {
    return new ZeroshiftError(`${singletonText(this.#singleton)} is not on ${colour}`, {
      code: 'cutover.singleton-missing',
      source: 'outside',
    });
  }

  #changed(colour: Colour, found: number | boolean, expected: number | boolean): ZeroshiftError {
    return new ZeroshiftError(
      `somebody else changed ${singletonText(this.#singleton)} on ${colour}: .spec.${this.#field} is ${found}, not ${expected}`,
      { code: 'cutover.singleton-changed', source: 'outside' },
    );
  }
}
