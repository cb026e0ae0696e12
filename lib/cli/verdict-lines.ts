import { fieldsOf } from '../validation/fields.ts';

import type { Finding, Verdict } from '../validation/index.ts';
import { paint } from './paint.ts';

/** A document, or an item of a list. */
export interface Item {
  readonly file: string;
  readonly line: number;
  readonly object: unknown;
  readonly broken?: { readonly message: string; readonly line: number };
  /** Why the file cannot be read. */
  readonly unreadable?: string;
  readonly lineOf: (field: string) => number;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

const said = ({ field, message, code }: Finding) => ({ field, message, code });

/** A verdict as one line for machines. The names of the fields are a contract. */
export function jsonLine(item: Item, index: number, { errors, warnings }: Verdict): string {
  const { kind, metadata } = fieldsOf(item.object);
  const { namespace, name } = fieldsOf(metadata);
  return JSON.stringify({
    index,
    file: item.file,
    line: item.line,
    kind: textOf(kind),
    namespace: textOf(namespace),
    name: textOf(name),
    verdict: errors.length === 0 ? 'accepted' : 'refused',
    errors: errors.map(said),
    warnings: warnings.map(said),
  });
}

/** Every container has these, unless somebody thought of it: they are counted, and `--json` names them. */
export const insecure = 'security.insecure-default';

/** Not Knative's, and accepted without a look at it: it is counted, too. */
export const notJudged = 'object.not-judged';

/** Names come from files that anybody wrote: none of them may steer a terminal. */
const plain = (text: string): string => text.replace(/\p{Cc}/gu, '?');

/** A verdict as lines for people; none where there is nothing to say. */
export function verdictLines(item: Item, { errors, warnings }: Verdict, color: boolean): string[] {
  const shown = warnings.filter(({ code }) => ![insecure, notJudged].includes(code));
  if (errors.length + shown.length === 0) return [];
  const { kind, metadata } = fieldsOf(item.object);
  const { namespace, name, generateName } = fieldsOf(metadata);
  const called = [textOf(namespace), textOf(name) ?? textOf(generateName) ?? 'without a name']
    .filter((part) => part !== null)
    .join('/');
  const what =
    item.unreadable !== undefined
      ? 'a file'
      : item.object === undefined
        ? 'a document'
        : `${textOf(kind) ?? 'an object'} ${called}`;
  const line = item.broken?.line ?? item.line;
  const verdict = errors.length > 0 ? 'refused' : 'accepted, with a warning';
  const detail = (sort: string) => (found: Finding) => {
    const where = `${item.file}:${item.lineOf(found.field)}`;
    const field = found.field === '' ? '' : `${found.field}: `;
    return plain(`  ${where} ${sort}: ${field}${found.message} [${found.code}]`);
  };
  return [
    `${plain(`${item.file}:${line} ${what}`)}: ${paint(errors.length > 0 ? 'error' : 'warn', verdict, color)}`,
    ...errors.map(detail('error')),
    ...shown.map(detail('warning')),
  ];
}
