import { type YamlDocument, yamlDocuments } from './yaml-documents.ts';

/** The entries of a `List`, as `kubectl get` prints several objects; undefined for anything else. */
function listed(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const { apiVersion, kind, items } = value as Readonly<Record<string, unknown>>;
  const isList = apiVersion === 'v1' && typeof kind === 'string' && kind.endsWith('List');
  return isList && Array.isArray(items) ? items : undefined;
}

/**
 * The objects of a text, one after the other: those of a list by themselves, and nothing for a document that is empty.
 * What is no YAML comes as `broken` and leaves the others as they are.
 */
export function* manifestsIn(text: string): Generator<YamlDocument> {
  for (const document of yamlDocuments(text)) {
    const { value, broken, lineOf } = document;
    const items = listed(value);
    if (items !== undefined)
      for (const [index, item] of items.entries())
        yield {
          value: item,
          line: lineOf(`items[${index}]`),
          lineOf: (field) => lineOf(field === '' ? `items[${index}]` : `items[${index}].${field}`),
        };
    // An empty document says nothing, so nothing is said of it.
    else if (broken !== undefined || (value !== null && value !== undefined)) yield document;
  }
}
