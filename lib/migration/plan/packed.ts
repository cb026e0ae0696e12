import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Kept, Texts } from '../inventory/texts.ts';

/**
 * Things of which there are tens of thousands, kept as compressed text. They are read anew each time that somebody looks
 * at them.
 */

const packed = Symbol('packed');

interface Packed {
  readonly [packed]: { readonly texts: Texts; readonly kept: Readonly<Record<string, Kept>> };
}

const getters = new Map<string, (this: Packed) => unknown>();

/** The same for all objects: with one of its own each would have a shape of its own, which is larger than what it says. */
function getterOf(key: string): (this: Packed) => unknown {
  const known = getters.get(key);
  if (known !== undefined) return known;
  const getter = function (this: Packed): unknown {
    const { texts, kept } = this[packed];
    const place = kept[key];
    return place === undefined ? undefined : JSON.parse(texts.read(place));
  };
  getters.set(key, getter);
  return getter;
}

/** An object with parts that are kept as text. */
export function withPacked<Told extends object, Parts extends object>(
  told: Told,
  parts: Parts,
  texts: Texts,
): Told & Parts {
  const kept = Object.fromEntries(
    Object.entries(parts)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, texts.keep(JSON.stringify(value))]),
  );
  const whole = { ...told };
  Object.defineProperty(whole, packed, { value: { texts, kept } });
  for (const key of Object.keys(kept))
    Object.defineProperty(whole, key, { enumerable: true, get: getterOf(key) });
  return whole as Told & Parts;
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
