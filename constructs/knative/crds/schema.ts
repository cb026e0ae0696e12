/** A structural schema of a custom resource, or a part of one, as the API server reads it. */
export interface Schema {
  readonly type?: 'array' | 'boolean' | 'integer' | 'object' | 'string';
  readonly format?: 'date-time' | 'int32' | 'int64';
  readonly pattern?: string;
  readonly default?: string;
  readonly properties?: Fields;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'map';
  readonly 'x-kubernetes-map-type'?: 'atomic';
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
}

export type Fields = Readonly<Record<string, Schema>>;

export const text: Schema = { type: 'string' };
/** Text that is there even when nobody writes it. */
export const textOr = (value: string): Schema => ({ type: 'string', default: value });
export const flag: Schema = { type: 'boolean' };
export const integer: Schema = { type: 'integer' };
export const int32: Schema = { type: 'integer', format: 'int32' };
export const int64: Schema = { type: 'integer', format: 'int64' };
export const dateTime: Schema = { type: 'string', format: 'date-time' };
export const intOrString: Schema = {
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  'x-kubernetes-int-or-string': true,
};

const decimal = '(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))';
const suffix = `(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?${decimal}))`;
/** `250m`, `1Gi`, `2`. */
export const quantity: Schema = { ...intOrString, pattern: `^(\\+|-)?${decimal}${suffix}?$` };

/** An object with these fields. @param required those without which it is refused */
export const object = (properties: Fields, required: readonly string[] = []): Schema => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
});

/** An object that is only looked at as such, whatever its fields. */
export const anyObject: Schema = { type: 'object' };

/** An object whose fields are kept and judged elsewhere. */
export const opaque: Schema = { ...anyObject, 'x-kubernetes-preserve-unknown-fields': true };

/** The object, but other fields than its own are kept. */
export const open = (schema: Schema): Schema => ({
  ...schema,
  'x-kubernetes-preserve-unknown-fields': true,
});

export const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });

export const list = (items: Schema): Schema => ({ type: 'array', items });

/** A list that one owner holds as a whole under server-side apply. */
export const atomicList = (items: Schema): Schema => ({ ...list(items), 'x-kubernetes-list-type': 'atomic' });

/** A list whose items each have an owner under server-side apply, told apart by a field. */
export const listBy = (key: string, items: Schema): Schema => ({
  ...list(items),
  'x-kubernetes-list-map-keys': [key],
  'x-kubernetes-list-type': 'map',
});

/** An object or map that one owner holds as a whole under server-side apply. */
export const atomic = (schema: Schema): Schema => ({ ...schema, 'x-kubernetes-map-type': 'atomic' });
