import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object without one of its fields, and without the field's parent where nothing is left in it. */
function without(object: Json, path: readonly string[]): Json {
  const [field, ...rest] = path;
  if (field === undefined || !(field in object)) return object;
  const { [field]: inner, ...others } = object;
  if (rest.length === 0) return others;
  if (!isObject(inner)) return object;
  const left = without(inner, rest);
  return left === inner ? object : Object.keys(left).length === 0 ? others : { ...object, [field]: left };
}

/** Fields of a schema that hold schemas by name: a field there may itself be called `description`. */
const named = ['properties', 'patternProperties', 'definitions'];

function withoutDescriptions(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withoutDescriptions);
  if (!isObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([field]) => field !== 'description')
      .map(([field, part]) => [
        field,
        named.includes(field) && isObject(part)
          ? Object.fromEntries(Object.entries(part).map(([name, one]) => [name, withoutDescriptions(one)]))
          : withoutDescriptions(part),
      ]),
  );
}

function withPlainSchemas(object: Json): Json {
  const { spec } = object;
  if (object.kind !== 'CustomResourceDefinition' || !isObject(spec) || !Array.isArray(spec.versions))
    return object;
  const versions = spec.versions.map((version) =>
    isObject(version) && isObject(version.schema)
      ? {
          ...version,
          schema: {
            ...version.schema,
            openAPIV3Schema: withoutDescriptions(version.schema.openAPIV3Schema),
          },
        }
      : version,
  );
  return { ...object, spec: { ...spec, versions } };
}

/**
 * An object without what is never compared; this is the one place that says so. Examples in config maps and their
 * checksums are text that nobody reads; descriptions inside schemas are text too.
 */
export function comparable(object: KubeObject): KubeObject {
  const rules: readonly ((object: Json) => Json)[] = [
    (one) => (one.kind === 'ConfigMap' ? without(one, ['data', '_example']) : one),
    (one) => without(one, ['metadata', 'annotations', 'knative.dev/example-checksum']),
    withPlainSchemas,
  ];
  return rules.reduce((one, rule) => rule(one), object as Json) as KubeObject;
}
