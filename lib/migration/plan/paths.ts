/** A step into an object: a field, an item of a list by its place, or by its name. */
export type Step = string | number | { readonly name: string };
export type Path = readonly Step[];

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The names of a list's items, if each has one of its own. */
export function namesOf(list: readonly unknown[]): readonly string[] | undefined {
  const names = list.map((item) => (isFields(item) && typeof item.name === 'string' ? item.name : ''));
  return names.includes('') || new Set(names).size < names.length ? undefined : names;
}

/** What one step leads to; undefined where there is nothing. */
export function stepInto(value: unknown, step: Step): unknown {
  if (typeof step === 'string')
    return isFields(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  if (!Array.isArray(value)) return undefined;
  if (typeof step === 'number') return value[step];
  return value.find((item) => isFields(item) && item.name === step.name);
}

/** `.spec.containers[name=app].env[0].value`, `.metadata.annotations["a.b/c"]` */
export const pathText = (path: Path): string =>
  path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      if (typeof step !== 'string') return `[name=${step.name}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('');

/** A copy without what a path leads to. */
export function withoutPath(value: unknown, [step, ...rest]: Path): unknown {
  if (step === undefined || stepInto(value, step) === undefined) return value;
  const inner = stepInto(value, step);
  if (Array.isArray(value))
    return rest.length === 0
      ? value.filter((item) => item !== inner)
      : value.map((item) => (item === inner ? withoutPath(item, rest) : item));
  if (!isFields(value) || typeof step !== 'string') return value;
  const { [step]: _, ...others } = value;
  return rest.length === 0 ? others : { ...value, [step]: withoutPath(inner, rest) };
}
