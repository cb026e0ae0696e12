import { canonicalJson } from '../../cutover/canonical-json.ts';

/**
 * The canonical JSON of a value in pieces: of a large plan the whole text would take more memory than the plan.
 * @param depth of the lists and objects that are taken apart; their keys must not be numbers
 */
export function* canonicalPieces(value: unknown, depth: number): Generator<string> {
  if (depth === 0 || typeof value !== 'object' || value === null || 'toJSON' in value) {
    yield canonicalJson(value) ?? 'null';
    return;
  }
  if (Array.isArray(value)) {
    yield '[';
    for (const [index, item] of value.entries()) {
      if (index > 0) yield ',';
      yield* canonicalPieces(item, depth - 1);
    }
    yield ']';
    return;
  }
  let before = '{';
  for (const key of Object.keys(value).sort()) {
    const part = (value as Readonly<Record<string, unknown>>)[key];
    if (part === undefined) continue;
    yield `${before}${JSON.stringify(key)}:`;
    yield* canonicalPieces(part, depth - 1);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}
