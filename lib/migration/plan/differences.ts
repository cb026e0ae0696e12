import { isFields, namesOf, type Path, type Step, stepInto } from './paths.ts';

/** How a live object differs from what it should say. */
export interface Difference {
  readonly path: Path;
  /** `extra`: an item of a list that nobody asked for. More fields than were asked for are no difference. */
  readonly how: 'differs' | 'missing' | 'extra';
}

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Items of two lists that belong together, by their names where all have one; undefined where they have none. */
function named(live: readonly unknown[], want: readonly unknown[]): [string[], string[]] | undefined {
  const [there, asked] = [namesOf(live), namesOf(want)];
  return there === undefined || asked === undefined ? undefined : [[...there], [...asked]];
}

/** Where `live` does not hold what `want` says. What a release adds as a default is no difference. */
export function differences(live: unknown, want: unknown, path: Path = []): Difference[] {
  if (want === null || want === undefined) return [];
  if (live === undefined || live === null) return isEmptyList(want) ? [] : [{ path, how: 'missing' }];
  if (Array.isArray(want))
    return Array.isArray(live) ? ofLists(live, want, path) : [{ path, how: 'differs' }];
  if (!isFields(want)) return live === want ? [] : [{ path, how: 'differs' }];
  if (!isFields(live)) return [{ path, how: 'differs' }];
  return Object.entries(want).flatMap(([key, value]) =>
    differences(stepInto(live, key), value, [...path, key]),
  );
}

function ofLists(live: readonly unknown[], want: readonly unknown[], path: Path): Difference[] {
  const names = named(live, want);
  if (names === undefined)
    return live.length === want.length
      ? want.flatMap((item, index) => differences(live[index], item, [...path, index]))
      : [{ path, how: 'differs' }];
  const [there, asked] = names;
  const step = (name: string): Step => ({ name });
  const common = there.filter((name) => asked.includes(name));
  const isInOrder = common.join('\n') === asked.filter((name) => there.includes(name)).join('\n');
  return [
    ...asked.flatMap((name) =>
      differences(stepInto(live, step(name)), stepInto(want, step(name)), [...path, step(name)]),
    ),
    ...there
      .filter((name) => !asked.includes(name))
      .map((name): Difference => ({ path: [...path, step(name)], how: 'extra' })),
    ...(isInOrder ? [] : [{ path, how: 'differs' as const }]),
  ];
}

/** What `live` would be if `want` were applied to it. */
export function merged(live: unknown, want: unknown): unknown {
  if (want === null || want === undefined) return live;
  if (Array.isArray(want) && Array.isArray(live)) {
    const names = named(live, want);
    if (names === undefined)
      return live.length === want.length ? want.map((item, index) => merged(live[index], item)) : want;
    const [there, asked] = names;
    return [
      ...asked.map((name) => merged(stepInto(live, { name }), stepInto(want, { name }))),
      ...there.filter((name) => !asked.includes(name)).map((name) => stepInto(live, { name })),
    ];
  }
  if (!isFields(want) || !isFields(live)) return isEmptyList(want) && live === undefined ? live : want;
  return {
    ...live,
    ...Object.fromEntries(
      Object.entries(want).map(([key, value]) => [key, merged(stepInto(live, key), value)]),
    ),
  };
}
