import { yamlDocuments } from '../../manifests/index.ts';
import type { Problem } from '../../messages/error.ts';
import { mostBytes, mostInDocument, refused, tooLarge, what } from './refusals.ts';

/** A value of the file, and where it stands. */
export interface Part {
  readonly value: unknown;
  /** `file:line` of a field, or of the nearest part above it that is there. */
  readonly placeOf: (field: string) => string;
}

const mebibytes = (characters: number): string => `${Math.ceil(characters / 1024 / 1024)} MiB`;

/** The part below a field, such as `items[2]`. */
export const below = ({ placeOf }: Part, at: string, value: unknown): Part => ({
  value,
  placeOf: (field) => placeOf(field === '' ? at : `${at}.${field}`),
});

/** JSON values that follow each other without anything in between, as several runs of `kn … -o json` leave them. */
function* jsonValues(text: string): Generator<string> {
  let depth = 0;
  let start = -1;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') {
      if (depth === 0) start = at;
      depth++;
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth === 0) yield text.slice(start, at + 1);
      if (depth < 0) return;
    }
  }
  if (depth > 0) yield text.slice(start);
}

const isJson = (text: string): boolean => /^\s*[{[]/.test(text);

interface OneText {
  readonly text: string;
  readonly linesBefore: number;
}

const linesIn = (text: string): number => text.split('\n').length - 1;

/** Each text that is read by itself. What is more than JSON values is read as YAML, which says what is wrong. */
function texts(text: string): OneText[] {
  const whole = [{ text, linesBefore: 0 }];
  if (!isJson(text)) return whole;
  const found: OneText[] = [];
  let from = 0;
  let lines = 0;
  for (const value of jsonValues(text)) {
    const at = text.indexOf(value, from);
    const between = text.slice(from, at);
    if (between.trim() !== '') return whole;
    lines += linesIn(between);
    found.push({ text: value, linesBefore: lines });
    lines += linesIn(value);
    from = at + value.length;
  }
  return text.slice(from).trim() === '' ? found : whole;
}

/** What a parser quotes of the text may be a Secret's. */
const withoutText = (message: string): string => message.replace(/:? "[\s\S]*$/, '');

const cyclic = Symbol('cyclic');

/** As it would go over the wire: what an alias repeats is there twice, and nothing holds itself. */
function asData(value: unknown): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(JSON.stringify(value)) as unknown;
  } catch {
    return cyclic;
  }
}

function checkSize(text: string, source: string): void {
  if (text.length > mostBytes)
    throw tooLarge(source, mebibytes(text.length), `at most ${mebibytes(mostBytes)}`);
  let line = 1;
  for (const document of isJson(text) ? [text] : text.split(/^(?=---(?:\s|$))/m)) {
    if (document.length > mostInDocument)
      throw tooLarge(
        `${source}:${line}`,
        `a document of ${mebibytes(document.length)}`,
        `at most ${mebibytes(mostInDocument)} in one document`,
      );
    line += document.split('\n').length - 1;
  }
}

/**
 * The documents of a file, in order. @param source what the file is called
 * @throws ZeroshiftError `export.too-large`, `export.not-yaml` with every broken document, `export.empty`
 */
export function partsIn(text: string, source: string): Part[] {
  checkSize(text, source);
  const parts: Part[] = [];
  const broken: Problem[] = [];
  for (const { text: one, linesBefore } of texts(text))
    for (const document of yamlDocuments(one)) {
      const placeOf = (field: string): string =>
        `${source}:${linesBefore + (field === '' ? document.line : document.lineOf(field))}`;
      const value = asData(document.value);
      if (document.broken !== undefined || value === cyclic)
        broken.push({
          where: `${source}:${linesBefore + (document.broken?.line ?? document.line)}`,
          found: withoutText(document.broken?.message ?? 'an anchor that holds itself'),
          allowed: 'YAML or JSON',
        });
      else if (value !== null && value !== undefined) parts.push({ value, placeOf });
    }
  if (broken.length > 0)
    throw refused(
      'export.not-yaml',
      broken.length === 1 ? 'a part of the file cannot be read' : 'parts of the file cannot be read',
      broken,
      'mend it; where exports were joined, put a line with --- between them',
    );
  if (parts.length === 0)
    throw refused(
      'export.empty',
      'the file holds no object',
      [{ where: source, found: 'nothing', allowed: what }],
      'export again; a file of comments alone is an inventory of which nothing moves',
    );
  return parts;
}
