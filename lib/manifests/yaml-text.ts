import { Document, Scalar, visit } from 'yaml';

export interface YamlTextOptions {
  /** By the names of the fields. @default - in their own order */
  readonly sorted?: boolean;
}

/** What YAML 1.1 takes for the end of a line wherever it stands, and how it is written in double quotes. */
const lineEnds: Readonly<Record<string, string>> = { '\u0085': '\\N', '\u2028': '\\L', '\u2029': '\\P' };
const lineEnd = /[\u0085\u2028\u2029]/g;

/**
 * A document that Kubernetes' own tools read as it is meant. They speak YAML 1.1, in which `yes` and `n` are booleans and
 * `1_000` is a number: such texts stand in quotes.
 */
export function yamlText(value: unknown, { sorted = false }: YamlTextOptions = {}): string {
  const options = { compat: 'yaml-1.1', aliasDuplicateObjects: false, sortMapEntries: sorted } as const;
  const document = new Document(value, options);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && node.value.search(lineEnd) >= 0) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 }).replace(lineEnd, (end) => lineEnds[end] ?? end);
}
