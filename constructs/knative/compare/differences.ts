/** Where two pieces of data differ. `undefined`: it is not there. */
export interface Difference {
  /** `spec.template.spec.containers[activator].image`; items of a list go by name where they all have one. */
  readonly path: string;
  readonly ours: unknown;
  readonly upstream: unknown;
}

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of a list's items, if each has one of its own. */
function names(items: readonly unknown[]): string[] | undefined {
  const found = items.flatMap((item) => (isObject(item) && typeof item.name === 'string' ? [item.name] : []));
  return found.length === items.length && new Set(found).size === found.length ? found : undefined;
}

const plain = /^[\w-]+$/;
const step = (path: string, field: string): string =>
  plain.test(field) ? (path === '' ? field : `${path}.${field}`) : `${path}["${field}"]`;

function listDifferences(ours: readonly unknown[], upstream: readonly unknown[], path: string): Difference[] {
  const [our, their] = [names(ours), names(upstream)];
  if (our === undefined || their === undefined) {
    const length = Math.max(ours.length, upstream.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      differencesBetween(ours[index], upstream[index], `${path}[${index}]`),
    );
  }
  const found = [...new Set([...our, ...their])].flatMap((name) =>
    differencesBetween(ours[our.indexOf(name)], upstream[their.indexOf(name)], `${path}[${name}]`),
  );
  const inBoth = (some: readonly string[], others: readonly string[]) =>
    some.filter((name) => others.includes(name));
  const [ourOrder, theirOrder] = [inBoth(our, their), inBoth(their, our)];
  return ourOrder.join('\n') === theirOrder.join('\n')
    ? found
    : [...found, { path: `${path}, order of names`, ours: ourOrder, upstream: theirOrder }];
}

/** Every place where two pieces of data differ, in the order of their fields. */
export function differencesBetween(ours: unknown, upstream: unknown, path = ''): Difference[] {
  if (isObject(ours) && isObject(upstream))
    return [...new Set([...Object.keys(upstream), ...Object.keys(ours)])]
      .sort()
      .flatMap((field) => differencesBetween(ours[field], upstream[field], step(path, field)));
  if (Array.isArray(ours) && Array.isArray(upstream)) return listDifferences(ours, upstream, path);
  return Object.is(ours, upstream) ? [] : [{ path, ours, upstream }];
}
