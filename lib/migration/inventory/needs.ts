import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { NeededBy } from './item.ts';
import { type GroupKind, keyOf, keyText, type ObjectKey } from './names.ts';
import type { Need } from './pod-references.ts';

export interface OpenNeed {
  readonly key: ObjectKey;
  readonly optional: boolean;
  readonly neededBy: NeededBy;
}

/** Names of referrers that are kept; the rest are counted. */
const namedReferrers = 3;

interface Entry {
  readonly key: ObjectKey;
  optional: boolean;
  readonly first: string[];
  count: number;
}

/** What was referred to and what was found: names only, so that it stays small whatever is read. */
export class Needs {
  readonly #open = new Map<string, Entry>();
  readonly #found = new Set<string>();
  readonly #isNamespaced: (kind: GroupKind) => boolean | undefined;

  /** @param isNamespaced whether a kind has namespaces; undefined where the cluster does not serve it */
  constructor(isNamespaced: (kind: GroupKind) => boolean | undefined) {
    this.#isNamespaced = isNamespaced;
  }

  /** Notes what an object refers to. */
  add(needs: readonly Need[], from: KubeObject): void {
    // One text for all of them: an inventory may hold tens of thousands.
    const by = keyText(keyOf(from));
    for (const need of needs) this.#add(need, from.metadata.namespace, by);
  }

  #add(need: Need, place: string | undefined, by: string): void {
    const { kind, name } = need;
    const namespaced = this.#isNamespaced(kind) ?? need.cluster !== true;
    const namespace = namespaced ? (need.namespace ?? place) : undefined;
    const key: ObjectKey = { kind, name, ...(namespace === undefined ? {} : { namespace }) };
    const text = keyText(key);
    if (this.#found.has(text)) return;
    const entry = this.#open.get(text) ?? { key, optional: true, first: [], count: 0 };
    entry.optional &&= need.optional === true;
    entry.count++;
    if (entry.first.length < namedReferrers) entry.first.push(by);
    this.#open.set(text, entry);
  }

  /** Whether something referred to it that was not answered yet. */
  has(key: ObjectKey): boolean {
    return this.#open.has(keyText(key));
  }

  isFound(key: ObjectKey): boolean {
    return this.#found.has(keyText(key));
  }

  /** Notes that it was found; who needed it so far. */
  found(key: ObjectKey): NeededBy | undefined {
    const text = keyText(key);
    this.#found.add(text);
    const entry = this.#open.get(text);
    this.#open.delete(text);
    return entry === undefined ? undefined : { first: entry.first, count: entry.count };
  }

  /** What is still open, and taken as answered from now on. */
  take(): OpenNeed[] {
    const open = [...this.#open.values()];
    for (const { key } of open) this.#found.add(keyText(key));
    this.#open.clear();
    return open.map(({ key, optional, first, count }) => ({ key, optional, neededBy: { first, count } }));
  }
}
