import type { DomainMappingProps } from '../../constructs/service/domain-mapping.ts';
import type { KnativeServiceProps } from '../../constructs/service/knative-service.ts';
import { type Problem, ZeroshiftError } from '../messages/error.ts';
import { nearest } from '../messages/nearest.ts';
import type { Fleet, RehearsalOptions } from './fleet.ts';
import { type FleetSchemaInput, fleetSchema } from './schema.ts';
import { valueAt } from './value-at.ts';

/** What `defineFleet` takes. Durations are written as text, such as `30s`. */
export interface FleetInput extends Omit<FleetSchemaInput, 'services' | 'domainMappings' | 'rehearsal'> {
  /** @default - none */
  readonly services?: readonly KnativeServiceProps[];
  /** @default - none */
  readonly domainMappings?: readonly DomainMappingProps[];
  /** @default - no history */
  readonly rehearsal?: Partial<RehearsalOptions>;
}

/** Marks a validated fleet; a registered symbol, so that another copy of this package knows it too. */
const validated = Symbol.for('zeroshift.fleet');

/** Whether this value came out of `defineFleet`. */
export const isFleet = (value: unknown): value is Fleet =>
  typeof value === 'object' && value !== null && Reflect.get(value, validated) === true;

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) freeze(part);
  }
  return value;
};

const path = (parts: readonly PropertyKey[]): string =>
  parts.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  ) || '(the fleet)';

interface SchemaIssue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly SchemaIssue[])[];
}

/** The closest alternative of a union explains more than "none of them". */
const closest = (issue: SchemaIssue, input: unknown): readonly SchemaIssue[] => {
  const given = valueAt(input, issue.path);
  const keys = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  const known = (issue.errors ?? []).filter(
    (errors) =>
      !errors.some(
        (error) => error.code === 'unrecognized_keys' && keys.some((key) => error.keys?.includes(key)),
      ),
  );
  const [only] = known;
  return known.length === 1 && only !== undefined
    ? only.map((error) => ({ ...error, path: [...issue.path, ...error.path] }))
    : [];
};

const problems = (issues: readonly SchemaIssue[], input: unknown): Problem[] =>
  issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys')
      return (issue.keys ?? []).map((key) => ({
        where: path([...issue.path, key]),
        value: valueAt(input, [...issue.path, key]),
        allowed: unknownField(key, issue.path),
      }));
    if (issue.code === 'invalid_union') {
      const inner = closest(issue, input);
      if (inner.length > 0) return problems(inner, input);
    }
    const value = valueAt(input, issue.path);
    const generic = issue.message.startsWith('Invalid input');
    return [
      {
        where: path(issue.path),
        value,
        allowed: generic
          ? issue.message.replace('Invalid input: expected ', '').replace(/, received .*$/, '')
          : issue.message,
      },
    ];
  });

/** The field names that the schema knows at a path, for the answer to a typo. */
function fieldsAt(parts: readonly PropertyKey[]): string[] {
  let schema: unknown = fleetSchema;
  const unwrap = (value: unknown): unknown => {
    let current = value as { def?: { innerType?: unknown; in?: unknown } } | undefined;
    while (current?.def?.innerType ?? current?.def?.in)
      current = (current?.def?.innerType ?? current?.def?.in) as typeof current;
    return current;
  };
  for (const part of parts) {
    const current = unwrap(schema) as
      | { shape?: Record<string, unknown>; element?: unknown; valueType?: unknown }
      | undefined;
    schema =
      typeof part === 'number' ? current?.element : (current?.shape?.[String(part)] ?? current?.valueType);
  }
  return Object.keys((unwrap(schema) as { shape?: object } | undefined)?.shape ?? {});
}

const unknownField = (key: string, parts: readonly PropertyKey[]): string => {
  const fields = fieldsAt(parts);
  const near = nearest(key, fields);
  if (near !== undefined) return `no such field; did you mean "${near}"?`;
  return fields.length > 0 ? `one of ${fields.join(', ')}` : 'no such field';
};

/**
 * Checks a fleet definition, fills in the defaults and freezes the result.
 * @throws ZeroshiftError `fleet.invalid` with every mistake at once
 */
export function defineFleet(input: FleetInput): Fleet {
  const result = fleetSchema.safeParse(input);
  const found = result.success ? [] : problems(result.error.issues as readonly SchemaIssue[], input);
  if (result.success) found.push(...contradictions(result.data as unknown as Fleet));
  if (found.length > 0)
    throw new ZeroshiftError(
      found.length === 1 ? 'the fleet has a mistake' : `the fleet has ${found.length} mistakes`,
      {
        code: 'fleet.invalid',
        source: 'user',
        problems: found,
        action: 'mend the fields named above and run it again',
      },
    );
  return freeze(Object.defineProperty(result.data as unknown as Fleet, validated, { value: true }));
}

/** What each field allows by itself, but not together. */
function contradictions(fleet: Fleet): Problem[] {
  const found: Problem[] = [];
  const regions = fleet.regions.map(({ name }) => name);
  for (const colour of ['blue', 'green'] as const)
    for (const region of Object.keys(fleet.colours[colour].existing))
      if (!regions.includes(region))
        found.push({
          where: `colours.${colour}.existing.${region}`,
          value: region,
          allowed: `a region of the fleet: ${regions.join(', ')}`,
        });
  const names = new Set<string>();
  fleet.services.forEach((service, index) => {
    const name = `${service.namespace ?? 'default'}/${service.name}`;
    if (names.has(name))
      found.push({
        where: `services[${index}].name`,
        value: service.name,
        allowed: 'each name once in a namespace',
      });
    names.add(name);
  });
  fleet.domainMappings.forEach((mapping, index) => {
    const name = `${mapping.namespace ?? 'default'}/${mapping.service}`;
    if (!names.has(name))
      found.push({
        where: `domainMappings[${index}].service`,
        value: mapping.service,
        allowed: `a service of the same namespace: ${[...names].join(', ') || 'there is none'}`,
      });
  });
  if (fleet.cutover.patience.milliseconds < fleet.cutover.bake.milliseconds)
    found.push({
      where: 'cutover.patience',
      value: fleet.cutover.patience.toString(),
      allowed: `at least the bake time, ${fleet.cutover.bake}`,
    });
  return found;
}
