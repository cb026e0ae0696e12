import type { KubeObject } from '../../../clusters/cluster-port.ts';
import type { Store, StoreEvent } from '../../kube-api/index.ts';
import { isReason } from '../objects/index.ts';

/** Brings one kind of object to what its spec says, whatever happened before. */
export interface Controller {
  readonly name: string;
  /** What it looks at; the first one's objects are what it reconciles. */
  readonly watches: readonly Watch[];
  /** Returns milliseconds after which it wants to be called again, if nothing happens before. */
  reconcile(key: string): number | undefined;
}

export interface Watch {
  readonly resource: string;
  /** Keys to reconcile when this object changed. */
  readonly keys: (object: KubeObject, event: StoreEvent) => readonly string[];
}

export interface Manager {
  /** Watches, and reconciles everything that is there already. */
  add(controller: Controller): void;
  enqueue(controller: string, key: string): void;
  /** Reconciles every object of this controller again, as after a change of configuration. */
  resync(controller: string): void;
  /** Reconciles now until nothing is due: for tests, and for what must not wait for a turn of the event loop. */
  settle(): void;
  close(): void;
}

export interface ManagerProps {
  readonly store: Store;
  /** Told of every reconcile that failed for another reason than a conflict; it is tried again. */
  readonly onError: (controller: string, key: string, error: unknown) => void;
}

interface Item {
  readonly controller: Controller;
  readonly key: string;
}

const itemsPerTurn = 20;
const conflictRetries = 3;
const firstRetry = 20;
const longestRetry = 2_000;
const settleLimit = 100_000;

/** One queue for all controllers. An object that changes ten times before its turn is reconciled once. */
export function createManager({ store, onError }: ManagerProps): Manager {
  const controllers = new Map<string, Controller>();
  const due = new Map<string, Item>();
  const later = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  const failures = new Map<string, number>();
  const unwatch: (() => void)[] = [];
  let turn: NodeJS.Immediate | undefined;
  let closed = false;

  const enqueue = (controller: Controller, key: string): void => {
    if (closed) return;
    const id = `${controller.name} ${key}`;
    if (!due.has(id)) due.set(id, { controller, key });
    turn ??= setImmediate(takeTurn);
  };

  const enqueueAfter = (controller: Controller, key: string, milliseconds: number): void => {
    const id = `${controller.name} ${key}`;
    const at = Date.now() + milliseconds;
    const planned = later.get(id);
    if (closed || (planned !== undefined && planned.at <= at)) return;
    clearTimeout(planned?.timer);
    const timer = setTimeout(() => {
      later.delete(id);
      enqueue(controller, key);
    }, milliseconds);
    later.set(id, { at, timer });
  };

  const reconcile = ({ controller, key }: Item): void => {
    const id = `${controller.name} ${key}`;
    try {
      const again = controller.reconcile(key);
      failures.delete(id);
      if (again !== undefined) enqueueAfter(controller, key, Math.max(1, again));
    } catch (error) {
      const count = (failures.get(id) ?? 0) + 1;
      failures.set(id, count);
      if (isReason(error, 'Conflict') && count <= conflictRetries) {
        enqueue(controller, key);
        return;
      }
      onError(controller.name, key, error);
      enqueueAfter(controller, key, Math.min(longestRetry, firstRetry * 2 ** (count - 1)));
    }
  };

  const takeOne = (): boolean => {
    const next = due.entries().next();
    if (next.done === true) return false;
    const [id, item] = next.value;
    due.delete(id);
    reconcile(item);
    return true;
  };

  function takeTurn(): void {
    turn = undefined;
    for (let count = 0; count < itemsPerTurn && !closed; count++) if (!takeOne()) return;
    // Requests are answered between two turns.
    if (due.size > 0 && !closed) turn = setImmediate(takeTurn);
  }

  const resync = (controller: Controller): void => {
    const primary = controller.watches[0];
    if (primary === undefined) return;
    for (const object of store.list(primary.resource))
      for (const key of primary.keys(object, { type: 'ADDED', object })) enqueue(controller, key);
  };

  return {
    add(controller) {
      controllers.set(controller.name, controller);
      for (const { resource, keys } of controller.watches)
        unwatch.push(
          store.watch(resource, (event) => {
            for (const key of keys(event.object, event)) enqueue(controller, key);
          }),
        );
      resync(controller);
    },
    enqueue(name, key) {
      const controller = controllers.get(name);
      if (controller !== undefined) enqueue(controller, key);
    },
    resync(name) {
      const controller = controllers.get(name);
      if (controller !== undefined) resync(controller);
    },
    settle() {
      for (let count = 0; takeOne(); count++)
        if (count > settleLimit) throw new Error('the controllers do not come to rest');
    },
    close() {
      closed = true;
      for (const end of unwatch) end();
      for (const { timer } of later.values()) clearTimeout(timer);
      if (turn !== undefined) clearImmediate(turn);
      due.clear();
      later.clear();
    },
  };
}
