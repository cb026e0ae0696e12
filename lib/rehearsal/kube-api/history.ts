import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type ResourceDefinition, resourceKey } from './resource-definition.ts';
import { refuse } from './status-error.ts';
import type { Store, StoreEvent } from './store.ts';

/** Versions are compared as numbers: the store counts. */
export const versionOf = (object: KubeObject): number => Number(object.metadata.resourceVersion);

/**
 * The latest changes of every resource, so that a watch can start at a version in the past: a bounded number, as an
 * API server keeps only some minutes of them.
 */
export class History {
  readonly #events = new Map<string, StoreEvent[]>();
  readonly #floors = new Map<string, number>();
  readonly #listeners = new Map<string, Set<(event: StoreEvent) => void>>();
  readonly #ends: (() => void)[] = [];
  readonly #store: Store;

  /** @param limit changes that are remembered of each resource */
  constructor(store: Store, resources: readonly ResourceDefinition[], limit: number) {
    this.#store = store;
    for (const resource of resources.map(resourceKey)) {
      const events: StoreEvent[] = [];
      const listeners = new Set<(event: StoreEvent) => void>();
      this.#events.set(resource, events);
      this.#listeners.set(resource, listeners);
      this.#floors.set(resource, Number(store.resourceVersion));
      const remember = (event: StoreEvent): void => {
        events.push(event);
        if (events.length > limit) {
          const forgotten = events.shift();
          if (forgotten !== undefined) this.#floors.set(resource, versionOf(forgotten.object));
        }
        for (const listener of [...listeners]) listener(event);
      };
      this.#ends.push(store.watch(resource, remember));
    }
  }

  /**
   * The changes after a version, oldest first.
   * @throws StatusError `Expired` when some of them are forgotten
   */
  since(resource: string, version: number): StoreEvent[] {
    const floor = this.#floors.get(resource) ?? 0;
    if (version < floor) throw refuse.expired(`too old resource version: ${version} (${floor})`);
    return (this.#events.get(resource) ?? []).filter(({ object }) => versionOf(object) > version);
  }

  /** Lets go of every change up to now, as when an API server's database is compacted. */
  forget(): void {
    for (const [resource, events] of this.#events) {
      this.#floors.set(resource, Number(this.#store.resourceVersion));
      events.length = 0;
    }
  }

  /** Changes from now on, after they are remembered. Returns the function that ends it. */
  listen(resource: string, listener: (event: StoreEvent) => void): () => void {
    const listeners = this.#listeners.get(resource);
    listeners?.add(listener);
    return () => listeners?.delete(listener);
  }

  close(): void {
    for (const end of this.#ends) end();
    for (const listeners of this.#listeners.values()) listeners.clear();
  }
}
