/** A JSON object that code may build up. */
export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A field that the object has itself, never one of its prototype's. */
export const own = (object: Fields, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** The value without fields that are null: to Kubernetes such a field is not there. */
export function withoutNulls<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => withoutNulls(item)) as Value;
  if (!isFields(value)) return value;
  const kept = Object.entries(value).filter(([key, field]) => field !== null && key !== '__proto__');
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)])) as Value;
}
