import type { Schema } from '../../constructs/knative/crds/schema.ts';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  array: Array.isArray,
  boolean: (value) => typeof value === 'boolean',
  integer: Number.isInteger,
  object: isObject,
  string: (value) => typeof value === 'string',
};

/** What an API server would refuse of a value under strict field validation: path and reason. */
export function schemaProblems(value: unknown, schema: Schema, path = ''): string[] {
  if (schema['x-kubernetes-int-or-string']) {
    const fits = Number.isInteger(value) || typeof value === 'string';
    const matches = schema.pattern === undefined || new RegExp(schema.pattern).test(String(value));
    return fits && matches ? [] : [`${path}: no number or text of its form`];
  }
  if (schema.type !== undefined && !types[schema.type]?.(value)) return [`${path}: no ${schema.type}`];
  if (Array.isArray(value)) return listProblems(value, schema, path);
  if (!isObject(value)) return [];
  const keep = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return [
    ...(schema.required ?? [])
      .filter((name) => value[name] === undefined)
      .map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, part]) => {
      const known = schema.properties?.[name] ?? schema.additionalProperties;
      if (known !== undefined) return schemaProblems(part, known, `${path}.${name}`);
      return keep ? [] : [`${path}.${name}: unknown`];
    }),
  ];
}

function listProblems(list: readonly unknown[], schema: Schema, path: string): string[] {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  return list.flatMap((entry, index) => {
    const key = JSON.stringify(keys.map((name) => (isObject(entry) ? entry[name] : undefined)));
    const again = keys.length > 0 && seen.has(key) ? [`${path}[${index}]: a second ${key}`] : [];
    seen.add(key);
    return [...again, ...schemaProblems(entry, schema.items ?? {}, `${path}[${index}]`)];
  });
}
