import type { Problem } from '../messages/error.ts';
import { nearest } from '../messages/nearest.ts';
import { fleetSchema } from './schema.ts';
import { valueAt } from './value-at.ts';

const path = (parts: readonly PropertyKey[]): string =>
  parts.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part),
    '',
  ) || '(the fleet)';

export interface SchemaIssue {
  readonly code?: string | undefined;
  /** The type that an `invalid_type` lacks. */
  readonly expected?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly SchemaIssue[])[];
}

/** Whether an alternative is of another type than the value, as a number is where fields are given. */
const isOfAnotherType = (errors: readonly SchemaIssue[]): boolean =>
  errors.some(
    ({ path: at, code }) => at.length === 0 && (code === 'invalid_type' || code === 'invalid_value'),
  );

/** The closest alternative of a union explains more than "none of them". */
const closest = (issue: SchemaIssue, input: unknown): readonly SchemaIssue[] => {
  const given = valueAt(input, issue.path);
  const keys = typeof given === 'object' && given !== null ? Object.keys(given) : [];
  const alike = (issue.errors ?? []).filter((errors) => !isOfAnotherType(errors));
  const knowing = alike.filter(
    (errors) =>
      !errors.some(
        (error) => error.code === 'unrecognized_keys' && keys.some((key) => error.keys?.includes(key)),
      ),
  );
  const [only] = alike.length === 1 ? alike : knowing.length === 1 ? knowing : [];
  return only === undefined ? [] : only.map((error) => ({ ...error, path: [...issue.path, ...error.path] }));
};

/** What a schema found, each at the field's own path, with the value and what is allowed. */
export const schemaProblems = (issues: readonly SchemaIssue[], input: unknown): Problem[] =>
  issues.flatMap((issue): Problem[] => {
    if (issue.code === 'unrecognized_keys')
      return (issue.keys ?? []).map((key) => ({
        where: path([...issue.path, key]),
        value: valueAt(input, [...issue.path, key]),
        allowed: unknownField(key, issue.path),
      }));
    if (issue.code === 'invalid_union') {
      const inner = closest(issue, input);
      if (inner.length > 0) return schemaProblems(inner, input);
    }
    const value = valueAt(input, issue.path);
    const generic = issue.message.startsWith('Invalid input');
    return [
      {
        where: path(issue.path),
        value,
        allowed: generic ? typeText(issue) : issue.message,
      },
    ];
  });

const typeWords: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  record: 'an object',
  string: 'text',
};

/** What a value should have been, where the schema has no words of its own for it. */
function typeText({ expected = '', path: at, message }: SchemaIssue): string {
  if (expected !== 'object')
    return (
      typeWords[expected] ?? message.replace('Invalid input: expected ', '').replace(/, received .*$/, '')
    );
  const fields = partsAt(at).flatMap(({ shape }) => Object.entries(shape ?? {}));
  // A field that may be left out has a mark, as in TypeScript.
  const names = fields.map(([name, schema]) => (isOptional(schema) ? `${name}?` : name));
  return `an object: { ${names.join(', ')} }`;
}

const isOptional = (schema: unknown): boolean => {
  const { _zod, safeParse } = schema as {
    readonly _zod: { readonly optin?: string };
    readonly safeParse: (value: unknown) => { readonly success: boolean };
  };
  // The first may be left out, the second has a default too.
  return _zod.optin === 'optional' || safeParse(undefined).success;
};

/** What the reader of a path needs to know of a schema. */
interface SchemaPart {
  readonly def?: {
    readonly innerType?: unknown;
    readonly in?: unknown;
    readonly options?: readonly unknown[];
  };
  readonly shape?: Record<string, unknown>;
  readonly element?: unknown;
  readonly valueType?: unknown;
}

/** A schema without its defaults and transformations; the alternatives of a union one by one. */
function unwrap(schema: unknown): SchemaPart[] {
  const part = schema as SchemaPart | undefined;
  const inner = part?.def?.innerType ?? part?.def?.in;
  if (inner !== undefined) return unwrap(inner);
  if (part?.def?.options !== undefined) return part.def.options.flatMap(unwrap);
  return part === undefined ? [] : [part];
}

/** What the schema says of a path; the alternatives of a union one by one. */
function partsAt(parts: readonly PropertyKey[]): SchemaPart[] {
  let found = unwrap(fleetSchema);
  for (const part of parts)
    found = found.flatMap(({ shape, element, valueType }) =>
      unwrap(typeof part === 'number' ? element : (shape?.[String(part)] ?? valueType)),
    );
  return found;
}

const unknownField = (key: string, parts: readonly PropertyKey[]): string => {
  const fields = partsAt(parts).flatMap(({ shape }) => Object.keys(shape ?? {}));
  const near = nearest(key, fields);
  if (near !== undefined) return `no such field; did you mean "${near}"?`;
  return fields.length > 0 ? `one of ${fields.join(', ')}` : 'no such field';
};
