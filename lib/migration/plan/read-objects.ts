import type { KubeObject, Reference } from '../../clusters/cluster-port.ts';
import { mapInOrder } from '../../drift/in-order.ts';
import { ZeroshiftError } from '../../messages/error.ts';
import type { InventorySource } from '../inventory/index.ts';
import { keyOf, keyText } from '../inventory/names.ts';

/** Requests to one API server at a time, as elsewhere. */
export const requestsAtOnce = 8;
/** From so many of one kind in one namespace on, to list them is less to ask than each by its name. */
const worthAList = 4;
/** From so many namespaces on, to list the whole cluster is less to ask than each of them. */
const worthAll = 32;

/** An object that is known by name. */
export interface Wished {
  /** `keyText` of what it is called. */
  readonly text: string;
  readonly reference: Reference;
}

export interface Read {
  readonly object?: KubeObject;
  /** Why it could not be read. */
  readonly why?: string;
}

export interface Answer<One extends Wished> extends Read {
  readonly asked: One;
}

/** Without credentials nothing can be read; one object that is refused is one object. */
const isOfOne = (error: unknown): boolean =>
  ZeroshiftError.is(error) && error.code !== 'cluster.unauthorized';

export async function readObject(cluster: Pick<InventorySource, 'get'>, reference: Reference): Promise<Read> {
  try {
    const object = await cluster.get(reference);
    return object === undefined ? {} : { object };
  } catch (error) {
    if (!isOfOne(error)) throw error;
    return { why: (error as Error).message };
  }
}

/** Objects of one kind, from lists or one by one, as is less to ask. Of those that come from lists, only what is there. */
export async function* readObjects<One extends Wished>(
  cluster: InventorySource,
  group: readonly One[],
): AsyncGenerator<Answer<One>> {
  const [first] = group;
  if (first === undefined) return;
  const open = new Map(group.map((asked) => [asked.text, asked]));
  const { apiVersion, kind } = first.reference;
  const begin = async (namespace: string | undefined) => {
    // A failure is seen when it is this list's turn.
    try {
      const options = namespace === undefined ? {} : { namespace };
      const objects = cluster.list({ apiVersion, kind }, options)[Symbol.asyncIterator]();
      return { namespace, objects, next: await objects.next() };
    } catch (error) {
      return { namespace, error };
    }
  };
  for await (const { namespace, ...list } of mapInOrder(listsOf(group), requestsAtOnce, begin))
    try {
      if (list.objects === undefined) throw list.error;
      for (let { next } = list; next.done !== true; next = await list.objects.next()) {
        const text = keyText(keyOf(next.value));
        const asked = open.get(text);
        open.delete(text);
        if (asked !== undefined) yield { asked, object: next.value };
      }
      for (const { text, reference } of group)
        if (namespace === undefined || reference.namespace === namespace) open.delete(text);
    } catch (error) {
      // Who may not list them may be let see each.
      if (!isOfOne(error)) throw error;
    }
  yield* mapInOrder([...open.values()], requestsAtOnce, async (asked) => ({
    asked,
    ...(await readObject(cluster, asked.reference)),
  }));
}

/** Namespaces that are worth a list; undefined for the whole cluster. */
function listsOf(group: readonly Wished[]): (string | undefined)[] {
  const counts = new Map<string | undefined, number>();
  for (const { reference } of group)
    counts.set(reference.namespace, (counts.get(reference.namespace) ?? 0) + 1);
  const worth = [...counts].filter(([, count]) => count >= worthAList).map(([namespace]) => namespace);
  return worth.length >= worthAll ? [undefined] : worth;
}

/**
 * Reads single objects that are asked for about in the order in which a list has them, and so most of them from lists: of
 * Secrets with their values no more than a page is ever held.
 */
export class InStep {
  readonly #cluster: InventorySource;
  readonly #counts = new Map<string, number>();
  #turn: Promise<unknown> = Promise.resolve();
  #list: { readonly place: string; readonly objects: AsyncIterator<KubeObject> } | undefined;
  #next: KubeObject | undefined;

  /** @param wished whatever may be asked for, of one kind */
  constructor(cluster: InventorySource, wished: readonly Reference[]) {
    this.#cluster = cluster;
    for (const { namespace = '' } of wished)
      this.#counts.set(namespace, (this.#counts.get(namespace) ?? 0) + 1);
  }

  async read(reference: Reference): Promise<Read> {
    const turn = this.#turn.then(() => this.#fromList(reference));
    this.#turn = turn.catch(() => undefined);
    const object = await turn;
    return object === undefined ? readObject(this.#cluster, reference) : { object };
  }

  /** Undefined where the list does not have it, or is beyond it. */
  async #fromList({ apiVersion, kind, namespace = '', name }: Reference): Promise<KubeObject | undefined> {
    if ((this.#counts.get(namespace) ?? 0) < worthAList) return undefined;
    try {
      if (this.#list?.place !== namespace) {
        await this.#list?.objects.return?.();
        const options = namespace === '' ? {} : { namespace };
        const objects = this.#cluster.list({ apiVersion, kind }, options)[Symbol.asyncIterator]();
        this.#list = { place: namespace, objects };
        await this.#step();
      }
      while (this.#next !== undefined && this.#next.metadata.name < name) await this.#step();
    } catch (error) {
      if (!isOfOne(error)) throw error;
      this.#counts.delete(namespace);
      return undefined;
    }
    return this.#next?.metadata.name === name ? this.#next : undefined;
  }

  async #step(): Promise<void> {
    const next = await this.#list?.objects.next();
    this.#next = next?.done === false ? next.value : undefined;
  }
}
