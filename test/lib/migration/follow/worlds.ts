import { ClusterError } from '../../../../lib/clusters/cluster-error.ts';
import type { KubeObject, WatchEvent } from '../../../../lib/clusters/index.ts';
import type { ApplyResult, ObjectResult } from '../../../../lib/migration/apply/index.ts';
import type { FollowPort } from '../../../../lib/migration/follow/index.ts';
import type { PlannedObject, RegionPlan } from '../../../../lib/migration/plan/plan.ts';
import type { Random } from '../../../../lib/rehearsal/random.ts';
import type { VirtualClock } from './virtual-clock.ts';

const kinds = [
  { apiVersion: 'v1', kind: 'ConfigMap' },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'serving.knative.dev/v1', kind: 'Service' },
] as const;

interface Held {
  readonly object: KubeObject;
  readonly changedAt: number;
  readonly by: 'zeroshift' | 'somebody';
}

const keyOf = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace}/${metadata.name}`;

export interface Faults {
  /** Chance that something that is asked fails. */
  failing: number;
  /** Chance, each time that a watch could tell something, that it breaks instead. */
  breaking: number;
}

/** A cluster as far as a following sees it: objects, and watches that tell of them late, in part, or broken. */
export class World implements FollowPort {
  readonly objects = new Map<string, Held>();
  /** What was deleted here. */
  readonly deleted: string[] = [];
  readonly #clock: VirtualClock;
  readonly #random: Random;
  readonly faults: Faults;
  #version = 0;

  constructor(clock: VirtualClock, random: Random, faults: Faults) {
    this.#clock = clock;
    this.#random = random;
    this.faults = faults;
  }

  put(kind: number, namespace: string, name: string, value: string, by: Held['by'] = 'somebody'): void {
    const known = kinds[kind % kinds.length] ?? kinds[0];
    const time = new Date(this.#clock.now()).toISOString();
    const object: KubeObject = {
      ...known,
      metadata: {
        namespace,
        name,
        uid: `${namespace}-${name}`,
        resourceVersion: String(++this.#version),
        managedFields: [{ manager: by, operation: 'Apply', time }],
      },
      spec: { value },
    };
    this.objects.set(keyOf(object), { object, changedAt: this.#clock.now(), by });
  }

  remove(key: string): void {
    if (this.objects.delete(key)) this.deleted.push(key);
  }

  async discover() {
    await this.#clock.sleep(5);
    if (this.#fails()) throw failure('discover');
    const verbs = ['list', 'watch'];
    const resources = kinds.map((kind) => ({ ...kind, namespaced: true, verbs, preferred: true }));
    return { resources, unknown: [] };
  }

  async *watch(kind: { readonly kind: string }, { signal }: { readonly signal: AbortSignal }) {
    const told = new Map<string, KubeObject>();
    let failures = 0;
    let lists = true;
    while (!signal.aborted) {
      if (this.#random() < this.faults.breaking) {
        failures++;
        const retryInMs = Math.floor(this.#random() * 20_000);
        yield { type: 'broken', error: failure('watch'), failures, retryInMs } satisfies WatchEvent;
        await this.#clock.sleep(retryInMs, signal);
        lists ||= this.#random() < 0.5;
        continue;
      }
      const events = this.#differences(kind.kind, told);
      yield* events;
      if (lists) yield { type: 'synced', resourceVersion: String(this.#version) } satisfies WatchEvent;
      else if (failures > 0) yield { type: 'resumed', resourceVersion: '1' } satisfies WatchEvent;
      else if (events.length === 0) yield { type: 'bookmark', resourceVersion: '1' } satisfies WatchEvent;
      lists = false;
      failures = 0;
      await this.#clock.sleep(20 + Math.floor(this.#random() * 400), signal);
    }
  }

  #differences(kind: string, told: Map<string, KubeObject>): WatchEvent[] {
    const events: WatchEvent[] = [];
    for (const [key, { object }] of this.objects) {
      if (object.kind !== kind || told.get(key) === object) continue;
      events.push({ type: told.has(key) ? 'modified' : 'added', object });
      told.set(key, object);
    }
    for (const [key, object] of told) {
      if (this.objects.has(key)) continue;
      told.delete(key);
      events.push({ type: 'deleted', object });
    }
    return events;
  }

  #fails(): boolean {
    return this.#random() < this.faults.failing;
  }
}

export const failure = (what: string): ClusterError =>
  new ClusterError({ cluster: 'a', what }, { reason: 'passing', why: 'it is away' });

const saidBy = ({ object }: Held): string => object.spec.value;

/** Plans and applies between two worlds as a migration does: it reads, takes its time, and then writes what it read. */
export function between(source: World, target: World, clock: VirtualClock, random: Random, faults: Faults) {
  const verdictOf = (own: Held, there: Held | undefined): PlannedObject['verdict'] => {
    if (there === undefined) return 'create';
    if (saidBy(own) === saidBy(there)) return 'unchanged';
    if (saidBy(own) === 'refused') return 'refusal';
    return there.by === 'somebody' ? 'conflict' : 'update';
  };
  const fails = (): boolean => random() < faults.failing;
  const plan = async (namespaces: readonly string[] | undefined): Promise<RegionPlan> => {
    if (fails()) throw failure('plan');
    const read = [...source.objects.values()].filter(
      ({ object }) => namespaces?.includes(object.metadata.namespace ?? '') ?? true,
    );
    await clock.sleep(10 + Math.floor(random() * 2000));
    const unread = fails() ? ['ConfigMap: it is away'] : [];
    const objects = read
      .filter(({ object }) => unread.length === 0 || object.kind !== 'ConfigMap')
      .map((own): PlannedObject => {
        const { apiVersion, kind, metadata } = own.object;
        const { name, namespace = '' } = metadata;
        const verdict = verdictOf(own, target.objects.get(keyOf(own.object)));
        const spec = kind === 'Secret' ? {} : { spec: own.object.spec };
        const object = { apiVersion, kind, metadata: { name, namespace }, ...spec };
        return { apiVersion, kind, namespace, name, level: 1, verdict, writes: [{ object }] };
      });
    return { region: 'local', objects, left: [], missing: [], settings: [], unread, unused: [] };
  };
  const apply = async ({ objects }: RegionPlan): Promise<ApplyResult> => {
    const results: ObjectResult[] = [];
    for (const { apiVersion, kind, namespace = '', name, verdict } of objects) {
      const place = { apiVersion, kind, namespace, name };
      const because = (code: string) => ({ code, why: `it is ${code}`, action: 'wait' });
      if (verdict === 'unchanged') results.push({ ...place, outcome: 'unchanged' });
      else if (verdict === 'conflict')
        results.push({ ...place, outcome: 'conflict', reason: because('field-conflict') });
      else if (verdict === 'refusal')
        results.push({ ...place, outcome: 'failed', reason: because('immutable') });
      else if (fails()) results.push({ ...place, outcome: 'failed', reason: because('unavailable') });
      else {
        await clock.sleep(Math.floor(random() * 50));
        const key = `${kind} ${namespace}/${name}`;
        const there = target.objects.get(key);
        const planned = objects.find(
          (one) => one.kind === kind && one.namespace === namespace && one.name === name,
        );
        // Values of Secrets are read when they are written.
        const value =
          kind === 'Secret'
            ? source.objects.get(key)?.object.spec.value
            : planned?.writes?.[0]?.object.spec.value;
        if (value === undefined)
          results.push({ ...place, outcome: 'failed', reason: because('source-changed') });
        else if (there?.by === 'somebody' && saidBy(there) !== value)
          results.push({ ...place, outcome: 'conflict', reason: because('field-conflict') });
        else {
          target.put(
            kinds.findIndex((one) => one.kind === kind),
            namespace,
            name,
            value,
            'zeroshift',
          );
          results.push({ ...place, outcome: 'applied' });
        }
      }
    }
    const sums = { applied: 0, unchanged: 0, conflict: 0, failed: 0, skipped: 0 };
    for (const { outcome } of results) sums[outcome]++;
    return { objects: results, sums, interrupted: false };
  };
  return { plan, apply };
}
