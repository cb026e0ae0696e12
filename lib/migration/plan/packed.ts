import type { KubeObject } from '../../clusters/cluster-port.ts';
import { type Kept, Texts } from '../inventory/texts.ts';

/**
 * Things of which there are tens of thousands, kept as compressed text. They are read anew each time that somebody looks
 * at them.
 */

/** An object with parts that are kept as text. */
export function withPacked<Told extends object, Parts extends object>(
  told: Told,
  parts: Parts,
  texts: Texts,
): Told & Parts {
  const whole = { ...told };
  for (const [key, value] of Object.entries(parts)) {
    if (value === undefined) continue;
    const kept = texts.keep(JSON.stringify(value));
    Object.defineProperty(whole, key, {
      enumerable: true,
      get: (): unknown => JSON.parse(texts.read(kept)),
    });
  }
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
