import type { KubeObject } from '../../clusters/cluster-port.ts';
import type { InventoryEntry } from '../inventory/index.ts';
import { type Kept, Texts } from '../inventory/texts.ts';

/**
 * Things of which there are tens of thousands, kept as compressed text. They are read anew each time that somebody looks
 * at them.
 */

const packed = Symbol('packed');

interface Packed {
  readonly [packed]: Kept;
}

type Getter = (this: Packed) => unknown;

/** The same for all objects: with one of its own each would have a shape of its own, which is larger than what it says. */
const getters = new WeakMap<Texts, Map<string, Getter>>();

function getterOf(key: string, texts: Texts): Getter {
  const known = getters.get(texts) ?? new Map<string, Getter>();
  getters.set(texts, known);
  const getter =
    known.get(key) ??
    function (this: Packed): unknown {
      return (JSON.parse(texts.read(this[packed])) as Readonly<Record<string, unknown>>)[key];
    };
  known.set(key, getter);
  return getter;
}

/** An object with parts that are kept as text. */
export function withPacked<Told extends object, Parts extends object>(
  told: Told,
  parts: Parts,
  texts: Texts,
): Told & Parts {
  const whole = { ...told };
  const keys = Object.entries(parts).flatMap(([key, value]) => (value === undefined ? [] : [key]));
  if (keys.length > 0) Object.defineProperty(whole, packed, { value: texts.keep(JSON.stringify(parts)) });
  for (const key of keys) Object.defineProperty(whole, key, { enumerable: true, get: getterOf(key, texts) });
  return whole as Told & Parts;
}

/** Entries of an inventory, in their order. */
export class PackedEntries implements Iterable<InventoryEntry> {
  readonly #texts = new Texts();

  add(entry: InventoryEntry): void {
    this.#texts.keep(JSON.stringify(entry));
  }

  at(index: number): InventoryEntry | undefined {
    if (index < 0 || index >= this.#texts.size) return undefined;
    return JSON.parse(this.#texts.read(index)) as InventoryEntry;
  }

  *[Symbol.iterator](): Generator<InventoryEntry> {
    for (let index = 0; index < this.#texts.size; index++) yield this.at(index) as InventoryEntry;
  }
}

/** Objects by their names. */
export class PackedObjects {
  readonly #texts = new Texts();
  readonly #kept = new Map<string, Kept>();

  set(name: string, object: KubeObject): void {
    this.#kept.set(name, this.#texts.keep(JSON.stringify(object)));
  }

  get(name: string): KubeObject | undefined {
    const kept = this.#kept.get(name);
    return kept === undefined ? undefined : (JSON.parse(this.#texts.read(kept)) as KubeObject);
  }

  has(name: string): boolean {
    return this.#kept.has(name);
  }
}
