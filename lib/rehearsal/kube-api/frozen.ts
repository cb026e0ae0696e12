/** JSON values that nobody can change any more: copied once, shared afterwards. */

const known = new WeakSet<object>();

/** A deeply frozen copy without undefined fields; parts that came out of here before are shared, not copied. */
export function freeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || known.has(value)) return value;
  let copy: object;
  if (Array.isArray(value)) {
    copy = value.map((item) => (item === undefined ? null : freeze(item)));
  } else {
    const fields: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue;
      // A plain assignment of `__proto__` would set the prototype instead of a field.
      if (key === '__proto__') continue;
      fields[key] = freeze(field);
    }
    copy = fields;
  }
  known.add(Object.freeze(copy));
  return copy as Value;
}

/** Deep equality of JSON values; the order of keys does not matter, undefined fields are no fields. */
export function same(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => same(item, right[index]));
  }
  const one = left as Record<string, unknown>;
  const other = right as Record<string, unknown>;
  const fields = (object: Record<string, unknown>): string[] =>
    Object.keys(object).filter((key) => object[key] !== undefined);
  const keys = fields(one);
  return (
    keys.length === fields(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
  );
}
