/**
 * The three functions of the metadata reflection proposal that `@peculiar/x509`'s dependency injection asks for when it
 * loads. Where an application brings a polyfill of its own, that one stays.
 */
type Bag = Map<unknown, unknown>;

const bags = new WeakMap<object, Bag>();

const readOwn = (key: unknown, target: object): unknown => bags.get(target)?.get(key);

function readInherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at)) {
    const value = readOwn(key, at);
    if (value !== undefined) return value;
  }
  return undefined;
}

function define(key: unknown, value: unknown, target: object): void {
  const bag = bags.get(target) ?? new Map();
  bags.set(target, bag.set(key, value));
}

/** Makes the functions available, once. */
export function provideReflectMetadata(): void {
  if ('getMetadata' in Reflect) return;
  Object.assign(Reflect, { defineMetadata: define, getMetadata: readInherited, getOwnMetadata: readOwn });
}
