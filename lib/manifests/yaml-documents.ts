import { isMap, isScalar, isSeq, type Node, parseDocument, type Tags } from 'yaml';

/** One document of a YAML text. */
export interface YamlDocument {
  /** 1-based: where the document's first word stands. */
  readonly line: number;
  /** What it holds; undefined where it is no YAML. */
  readonly value: unknown;
  /** Why it is no YAML, and where. */
  readonly broken?: { readonly message: string; readonly line: number };
  /** The line of a field such as `spec.containers[0].image`, or of the nearest part above it that is there. */
  readonly lineOf: (field: string) => number;
}

/** Values that Kubernetes' YAML does not know, or reads as text. */
const isKubernetesTag = (tag: Tags[number]): boolean =>
  typeof tag === 'string' ||
  (!/timestamp|binary|omap|pairs|set$/.test(tag.tag) && !('format' in tag && tag.format === 'TIME'));

/** YAML as Kubernetes' tools read it: the older rules for booleans and numbers, without times. */
const dialect = {
  version: '1.1',
  schema: 'yaml-1.1',
  customTags: (tags: Tags): Tags => tags.filter(isKubernetesTag),
  prettyErrors: false,
  logLevel: 'error',
} as const;

/** More than any manifest refers to, and few enough that no text can grow without end. */
const mostAliases = 1000;

/** Reads YAML inside a config map's value; a key that comes twice counts as it comes last. @throws when it is none */
export function readEmbeddedYaml(text: string): unknown {
  const document = parseDocument(text, { ...dialect, uniqueKeys: false });
  if (document.errors[0] !== undefined) throw document.errors[0];
  return document.toJS({ maxAliasCount: mostAliases });
}

/** Lines that can hold a part of a document's content. */
const isContent = (line: string): boolean => !/^\s*(#|$)/.test(line) && !/^(%|---\s*(#|$)|\.\.\.)/.test(line);

/** The part of a field's path that is left below one of a map's keys; a key may hold dots itself. */
function below(key: string, path: string): string | undefined {
  for (const start of [key, `[${key}]`])
    if (path.startsWith(start) && /^(\.|\[|$)/.test(path.slice(start.length)))
      return path.slice(start.length).replace(/^\./, '');
  return undefined;
}

/** Where a field stands in a document's text, or the nearest part above it. */
function offsetOf(node: unknown, path: string, known: number): number {
  if (isMap(node)) {
    const keyed = node.items.flatMap(({ key, value }) => {
      const rest = isScalar(key) ? below(String(key.value), path) : undefined;
      return rest === undefined ? [] : [{ rest, value, at: (key as Node).range?.[0] ?? known }];
    });
    const [best] = keyed.sort((a, b) => a.rest.length - b.rest.length);
    return best === undefined ? known : offsetOf(best.value, best.rest, best.at);
  }
  const [matched, index, rest = ''] = /^\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
  if (!isSeq(node) || matched === undefined) return known;
  const item = node.items[Number(index)] as Node | undefined;
  return item === undefined ? known : offsetOf(item, rest, item.range?.[0] ?? known);
}

const linesBefore = (text: string, offset: number): number => text.slice(0, offset).split('\n').length - 1;

let asked: { readonly text: string; readonly tree: unknown } | undefined;

/** Read again when somebody asks, the last one kept: the tree of a document is many times its text. */
function treeOf(text: string): unknown {
  if (asked?.text !== text) asked = { text, tree: parseDocument(text, dialect).contents };
  return asked.tree;
}

function readOne(lines: readonly string[], firstLine: number): YamlDocument | undefined {
  const content = lines.findIndex(isContent);
  if (content < 0) return undefined;
  const line = firstLine + content;
  const text = lines.join('\n');
  const broken = (message: string, offset?: number): YamlDocument => {
    const at = offset === undefined ? line : firstLine + linesBefore(text, offset);
    return {
      line,
      value: undefined,
      broken: { message: message.split('\n')[0] ?? message, line: at },
      lineOf: () => at,
    };
  };
  if (text.includes('\0')) return broken('binary data', text.indexOf('\0'));
  try {
    const document = parseDocument(text, dialect);
    const [error] = document.errors;
    if (error !== undefined) return broken(error.message, error.pos[0]);
    const value: unknown = document.toJS({ maxAliasCount: mostAliases });
    const lineOf = (field: string): number => {
      const offset = offsetOf(treeOf(text), field, -1);
      return offset < 0 ? line : firstLine + linesBefore(text, offset);
    };
    return { line, value, lineOf };
  } catch (error) {
    // Aliases without an anchor, or more of them than anybody needs.
    return broken(error instanceof Error ? error.message : String(error));
  }
}

/** The documents of a text, one after the other; empty ones do not count. One that is broken leaves the others as they are. */
export function* yamlDocuments(text: string): Generator<YamlDocument> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  let start = 0;
  for (let at = 0; at <= lines.length; at++) {
    // A line that begins so ends a document wherever it stands, also inside a text.
    if (at < lines.length && (at === 0 || !/^---(\s|$)/.test(lines[at] ?? ''))) continue;
    const document = readOne(lines.slice(start, at), start + 1);
    if (document !== undefined) yield document;
    start = at;
  }
}
