import type { KubeObject } from '../../clusters/cluster-port.ts';
import { portable } from '../portable.ts';
import { judge } from './fate.ts';
import type { InventoryObject, NeededBy, RevisionUse } from './item.ts';
import { knownKinds } from './known-kinds.ts';
import { groupKindOf, keyOf, keyText, type ObjectKey } from './names.ts';
import { Needs } from './needs.ts';
import { podSpecOf, referencesOf } from './object-references.ts';
import { type Challenge, challengeOf, issuerOf, type Owner, secretsMadeBy } from './owners.ts';
import { notePods } from './reverse.ts';
import { usesIn } from './revision-uses.ts';
import { roleOf, Selectors } from './roles.ts';
import { countFeatures } from './settings.ts';
import { isSettled } from './settled.ts';
import type { SourceReader } from './source.ts';

/** What a service, or a configuration that stands alone, is to its revisions. */
export interface Configured {
  readonly latestReady?: string;
  /** Who delivers it, and so its revisions. */
  readonly owner?: Owner;
}

interface Made {
  readonly maker: ObjectKey;
  readonly issuer: ObjectKey | undefined;
}

/** Reasons for which what an object refers to is not followed: it will not be made again from here. */
const unfollowed = new Set([
  'system',
  'cluster-own',
  'eventing',
  'unknown-kind',
  'being-deleted',
  'finished',
]);

const templates = new Set(['Service.serving.knative.dev', 'Configuration.serving.knative.dev']);

/** Whether revisions are made of an object's template. */
export const isTemplate = (object: KubeObject): boolean => templates.has(groupKindOf(object));

/** @param uses of a revision: why it matters */
export type Seen = (object: KubeObject, uses?: readonly RevisionUse[]) => void;

/** An inventory in the making: what was seen so far, by name. */
export class Taking {
  readonly needs: Needs;
  readonly selectors = new Selectors();
  /** Labels of the pods of the workloads that were taken, by namespace. */
  readonly pods = new Map<string, Readonly<Record<string, string>>[]>();
  /** Feature flag → services that use it. */
  readonly features = new Map<string, number>();
  /** `namespace/revision` → what it is used for. */
  readonly uses = new Map<string, readonly RevisionUse[]>();
  /** `namespace/configuration` → what holds for its revisions. */
  readonly configured = new Map<string, Configured>();
  readonly #source: SourceReader;
  readonly #namespaces = new Map<string, KubeObject | undefined>();
  readonly #said = new Set<string>();
  readonly #places = new Set<string>();
  readonly #made = new Map<string, Made>();
  readonly #challenges = new Map<string, Challenge>();

  readonly #onKnative: Seen | undefined;

  constructor(source: SourceReader, onKnative?: Seen) {
    this.#source = source;
    this.#onKnative = onKnative;
    this.needs = new Needs((kind) => source.isNamespaced(kind));
  }

  choose(namespace: KubeObject): void {
    this.#namespaces.set(namespace.metadata.name, namespace);
  }

  chooseByName(name: string): void {
    this.#namespaces.set(name, undefined);
  }

  /** Names of the namespaces that were asked for. */
  get chosen(): readonly string[] {
    return [...this.#namespaces.keys()];
  }

  /** Namespaces of what was taken so far. */
  get places(): readonly string[] {
    return [...this.#places].sort();
  }

  isTakenOrNeeded(key: ObjectKey): boolean {
    return this.needs.isFound(key) || this.needs.has(key);
  }

  /** Every namespace that was asked for, whatever is in it. */
  *namespaces(): Generator<InventoryObject> {
    for (const name of this.chosen) yield* this.#namespace(name);
  }

  /** Tells of an object with what only its cluster knows, if somebody wants to know of its kind. */
  see(object: KubeObject): void {
    if (isTemplate(object)) this.#onKnative?.(object);
  }

  /** Notes what an object says of others, whether it is listed or not. */
  learn(object: KubeObject): void {
    const kind = groupKindOf(object);
    if (kind === 'Service' && !(object.metadata.ownerReferences ?? []).length) this.selectors.add(object);
    for (const secret of secretsMadeBy(object))
      this.#made.set(keyText(secret), { maker: keyOf(object), issuer: issuerOf(object) });
  }

  /** The object as an entry, after its namespace where that was not said yet; none where it was taken before. */
  async *entries(object: KubeObject, before?: NeededBy): AsyncGenerator<InventoryObject> {
    const key = keyOf(object);
    if (this.needs.isFound(key) && before === undefined) return;
    if (key.kind === 'Namespace' && this.#said.has(key.name)) return;
    const neededBy = this.needs.found(key) ?? before;
    this.learn(object);
    const made = this.#made.get(keyText(key));
    const issuer = issuerOf(object) ?? made?.issuer;
    const judgement = judge(object, {
      ...(made === undefined ? {} : { maker: made.maker }),
      ...(key.kind === 'Secret' && issuer !== undefined ? { challenge: await this.#challenge(issuer) } : {}),
    });
    if (key.namespace !== undefined) yield* await this.#place(key.namespace);
    const { reason, owner } = judgement;
    if (reason === undefined || !unfollowed.has(reason)) this.#follow(object, owner);
    const isWorkload = knownKinds[key.kind] === 'workload' || templates.has(key.kind);
    const keys = key.kind === 'Secret' ? { keys: this.#source.keysOf(object) } : {};
    yield {
      ...this.#names(object),
      ...judgement,
      ...(isWorkload && reason !== 'finished'
        ? { role: templates.has(key.kind) ? 'serving' : roleOf(object, this.selectors) }
        : {}),
      ...keys,
      ...(neededBy === undefined ? {} : { neededBy }),
      ...(this.#source.isStill || !isTemplate(object) || isSettled(object) ? {} : { unsettled: true }),
      object: portable(object),
    };
  }

  /** A revision that matters, or that retention lets go. */
  async *revision(
    object: KubeObject,
    uses: readonly RevisionUse[],
    kept: boolean,
  ): AsyncGenerator<InventoryObject> {
    const { namespace = '' } = object.metadata;
    const service = this.configured.get(
      `${namespace}/${object.metadata.labels?.['serving.knative.dev/configuration'] ?? ''}`,
    );
    const judgement = judge(object);
    const fate = {
      ...(kept ? judgement : { fate: 'stays' as const, reason: 'retention' as const }),
      // It comes with its service, and goes with it.
      ...(kept && service?.owner !== undefined
        ? { fate: 'stays' as const, reason: 'managed-by' as const, owner: service.owner }
        : {}),
    };
    if (kept) this.#follow(object, undefined);
    if (kept) this.#onKnative?.(object, uses);
    yield* await this.#place(namespace);
    yield { ...this.#names(object), ...fate, uses, object: portable(object) };
  }

  #names(object: KubeObject): Pick<InventoryObject, 'entry' | 'apiVersion' | 'kind' | 'namespace' | 'name'> {
    const { apiVersion, kind } = object;
    const { namespace, name } = object.metadata;
    return { entry: 'object', apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name };
  }

  #follow(object: KubeObject, owner: Owner | undefined): void {
    const kind = groupKindOf(object);
    const { maker } = owner ?? {};
    this.needs.add(
      [
        ...referencesOf(object),
        ...(maker === undefined
          ? []
          : [{ kind: maker.kind, name: maker.name, field: 'metadata', optional: true }]),
      ],
      object,
    );
    if (knownKinds[kind] === 'workload') notePods(this.pods, object);
    const { namespace = '', name } = object.metadata;
    if (templates.has(kind)) {
      const latestReady: unknown = object.status?.latestReadyRevisionName;
      this.configured.set(`${namespace}/${name}`, {
        ...(typeof latestReady === 'string' ? { latestReady } : {}),
        ...(owner === undefined ? {} : { owner }),
      });
      const pods = podSpecOf(object);
      if (pods !== undefined) countFeatures(pods.spec, this.features);
    }
    if (templates.has(kind) || kind === 'Route.serving.knative.dev')
      for (const [revision, found] of usesIn(object)) {
        const id = `${namespace}/${revision}`;
        this.uses.set(id, [...new Set([...(this.uses.get(id) ?? []), ...found])]);
      }
  }

  async #place(namespace: string): Promise<InventoryObject[]> {
    this.#places.add(namespace);
    if (this.#said.has(namespace)) return [];
    if (!this.#namespaces.has(namespace)) {
      const found = await this.#source.get({ kind: 'Namespace', name: namespace });
      this.#namespaces.set(namespace, found ?? undefined);
    }
    return [...this.#namespace(namespace)];
  }

  *#namespace(name: string): Generator<InventoryObject> {
    const object = this.#namespaces.get(name);
    if (this.#said.has(name)) return;
    this.#said.add(name);
    if (object === undefined) return;
    this.needs.found({ kind: 'Namespace', name });
    yield { ...this.#names(object), ...judge(object), object: portable(object) };
  }

  async #challenge(issuer: ObjectKey): Promise<Challenge> {
    const text = keyText(issuer);
    const known = this.#challenges.get(text);
    if (known !== undefined) return known;
    const found = challengeOf((await this.#source.get(issuer)) ?? undefined);
    this.#challenges.set(text, found);
    return found;
  }
}
