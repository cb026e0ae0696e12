import type { KubeObject, ListOptions } from '../../clusters/cluster-port.ts';
import type { DefinitionPort, Discovered, ServedResource } from '../../clusters/definition-port.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { InventoryUnread } from './item.ts';
import { type GroupKind, groupKindOf, type ObjectKey } from './names.ts';
import { isSecret, withoutValues } from './secrets.ts';

/** The part of the port that an inventory is taken with: it reads only. */
export interface InventorySource extends Pick<DefinitionPort, 'get' | 'list' | 'discover'> {
  /** Whether nobody changes anything in it: it is a file. @default false */
  readonly isStill?: boolean;
}

export interface ListScope {
  /** @default - the whole cluster, in one list */
  readonly namespaces?: readonly string[];
  readonly labelSelector?: string;
}

/** Namespaces of which the first page is asked for at a time. */
const listsAtOnce = 8;
/** From so many namespaces on it is first seen whether the whole cluster has few objects of a kind: one request, not many. */
const worthALook = 3;
/** Objects that come with the first request. */
const onePage = 250;

/** A list of which the first page has come. */
interface BegunList {
  readonly objects: AsyncIterator<KubeObject>;
  readonly first: IteratorResult<KubeObject>;
}

/**
 * Reads objects of whatever version the cluster prefers, without Secrets' values: this is the only place at which an
 * inventory reads. What is refused or away is remembered, and the rest is read all the same.
 */
export class SourceReader {
  readonly unread: InventoryUnread[] = [];
  readonly #cluster: InventorySource;
  readonly #served: ReadonlyMap<GroupKind, ServedResource>;
  /** Names of the keys of the Secrets that were read, until somebody asks. */
  readonly #keys = new WeakMap<KubeObject, readonly string[]>();
  /** Lists that will be wanted next. */
  readonly #ahead = new Map<string, Promise<BegunList>>();
  /** Whether the whole cluster has more than a page of Knative's services, and so of what each of them has. */
  #hasManyServices = false;
  /** Whether the whole cluster was refused once: then it is not asked for again. */
  #isConfined = false;

  constructor(cluster: InventorySource, { resources }: Pick<Discovered, 'resources'>) {
    this.#cluster = cluster;
    const listed = resources.filter(({ preferred, verbs }) => preferred && verbs.includes('list'));
    this.#served = new Map(listed.map((resource) => [groupKindOf(resource), resource]));
  }

  get isStill(): boolean {
    return this.#cluster.isStill === true;
  }

  /** Kinds that live in namespaces. */
  get namespacedKinds(): readonly GroupKind[] {
    return [...this.#served].filter(([, { namespaced }]) => namespaced).map(([kind]) => kind);
  }

  isServed(kind: GroupKind): boolean {
    return this.#served.has(kind);
  }

  /** Undefined where the cluster does not serve the kind. */
  isNamespaced(kind: GroupKind): boolean | undefined {
    return this.#served.get(kind)?.namespaced;
  }

  keysOf(secret: KubeObject): readonly string[] {
    return this.#keys.get(secret) ?? [];
  }

  /**
   * Asks already for the first page of a list that will be wanted soon, so that it need not be waited for then. What it
   * fails with is told when it is its turn.
   */
  lookAhead(kind: GroupKind, { namespaces, labelSelector }: ListScope = {}): void {
    const resource = this.#served.get(kind);
    if (resource === undefined) return;
    const places = resource.namespaced && namespaces !== undefined ? namespaces : [undefined];
    const [place] = places;
    const isWhole = this.#isWorthALook(resource, places);
    if (places.length !== 1 && !isWhole) return;
    const options = listOptions(isWhole ? undefined : place, labelSelector);
    const id = listId(resource, options);
    if (this.#ahead.has(id)) return;
    const begun = this.#ask(resource, options);
    begun.catch(() => undefined);
    this.#ahead.set(id, begun);
  }

  async #ask(resource: ServedResource, options: ListOptions): Promise<BegunList> {
    const objects = this.#cluster.list(resource, options)[Symbol.asyncIterator]();
    return { objects, first: await objects.next() };
  }

  #begin(resource: ServedResource, options: ListOptions): Promise<BegunList> {
    const id = listId(resource, options);
    const begun = this.#ahead.get(id) ?? this.#ask(resource, options);
    this.#ahead.delete(id);
    return begun;
  }

  /** Every object of a kind, page by page; none where it is not served, or cannot be read. */
  async *list(kind: GroupKind, { namespaces, labelSelector }: ListScope = {}): AsyncGenerator<KubeObject> {
    const resource = this.#served.get(kind);
    if (resource === undefined) return;
    const places = resource.namespaced && namespaces !== undefined ? namespaces : [undefined];
    const few = await this.#fewIn(resource, places, labelSelector);
    if (few !== undefined) {
      yield* few;
      return;
    }
    const begun = mapInOrder(places, listsAtOnce, async (namespace) => {
      // A failure is told when it is this namespace's turn.
      try {
        const { objects, first } = await this.#begin(resource, listOptions(namespace, labelSelector));
        return { namespace, objects, first };
      } catch (error) {
        return { namespace, error };
      }
    });
    for await (const { namespace, ...list } of begun)
      try {
        if (list.objects === undefined) throw list.error;
        for (let next = list.first; next.done !== true; next = await list.objects.next())
          yield this.#withoutValues(next.value);
      } catch (error) {
        this.#note(error, kind, namespace);
      }
  }

  /**
   * What of a kind is in many namespaces, if the whole cluster has no more than comes with one request; undefined where
   * each namespace has to be asked. Secrets of other namespaces are nobody's business.
   */
  async #fewIn(
    resource: ServedResource,
    places: readonly (string | undefined)[],
    labelSelector: string | undefined,
  ): Promise<readonly KubeObject[] | undefined> {
    if (!this.#isWorthALook(resource, places)) return undefined;
    const found: KubeObject[] = [];
    let count = 0;
    try {
      const { objects, first } = await this.#begin(resource, listOptions(undefined, labelSelector));
      for (let next = first; next.done !== true; next = await objects.next()) {
        if (++count >= onePage) {
          if (isOfServices(resource)) this.#hasManyServices = true;
          await objects.return?.();
          return undefined;
        }
        if (places.includes(next.value.metadata.namespace)) found.push(next.value);
      }
    } catch (error) {
      if (!(error instanceof ZeroshiftError) || error.code === 'cluster.unauthorized') throw error;
      // Who may not see all may see some.
      this.#isConfined = true;
      return undefined;
    }
    const order = new Map(places.map((place, index) => [place, index]));
    const at = ({ metadata }: KubeObject): number => order.get(metadata.namespace) ?? 0;
    return found.sort((a, b) => at(a) - at(b));
  }

  #isWorthALook(resource: ServedResource, places: readonly (string | undefined)[]): boolean {
    if (places.length < worthALook || resource.kind === 'Secret' || this.#isConfined) return false;
    return !(this.#hasManyServices && isOfServices(resource));
  }

  /** An object; undefined where it is not there or its kind is not served, null where it cannot be read. */
  async get({ kind, name, namespace }: ObjectKey): Promise<KubeObject | undefined | null> {
    const resource = this.#served.get(kind);
    if (resource === undefined) return undefined;
    const { apiVersion } = resource;
    const place = resource.namespaced ? { namespace: namespace ?? 'default' } : {};
    try {
      const object = await this.#cluster.get({ apiVersion, kind: resource.kind, name, ...place });
      return object === undefined ? undefined : this.#withoutValues(object);
    } catch (error) {
      this.#note(error, `${kind} ${name}`, namespace);
      return null;
    }
  }

  #withoutValues(object: KubeObject): KubeObject {
    if (!isSecret(object)) return object;
    const stripped = withoutValues(object);
    this.#keys.set(stripped.object, stripped.keys);
    return stripped.object;
  }

  #note(error: unknown, kind: string, namespace: string | undefined): void {
    // Without credentials nothing can be read; one kind that is refused is one kind.
    if (!(error instanceof ZeroshiftError) || error.code === 'cluster.unauthorized') throw error;
    this.unread.push({
      entry: 'unread',
      kind,
      ...(namespace === undefined ? {} : { namespace }),
      why: error.message,
    });
  }
}

const ofServices = new Set(['Service', 'Configuration', 'Route', 'Revision']);

const isOfServices = ({ apiVersion, kind }: ServedResource): boolean =>
  apiVersion.startsWith('serving.knative.dev/') && ofServices.has(kind);

const listOptions = (namespace: string | undefined, labelSelector: string | undefined): ListOptions => ({
  ...(namespace === undefined ? {} : { namespace }),
  ...(labelSelector === undefined ? {} : { labelSelector }),
});

const listId = (
  { apiVersion, kind }: ServedResource,
  { namespace = '', labelSelector = '' }: ListOptions,
): string => [apiVersion, kind, namespace, labelSelector].join(' ');
