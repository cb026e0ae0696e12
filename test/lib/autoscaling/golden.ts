import { existsSync, readFileSync } from 'node:fs';

const fixtures = new URL('../../fixtures/autoscaling/', import.meta.url);
/** More rows of the same kinds may lie beside the repository. */
const beside = new URL('../../../../shared/oracle/', import.meta.url);

const parse = (text: string, name: string): unknown[] => {
  if (name.endsWith('.jsonl'))
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  const document = JSON.parse(text) as unknown[] | { cases: unknown[] };
  return Array.isArray(document) ? document : document.cases;
};

/** The rows of a golden file: our copy, and the file beside the repository where there is one. */
export function goldenRows<Row>(name: string): { from: string; rows: Row[] }[] {
  return [
    { from: 'fixtures', url: new URL(name, fixtures) },
    { from: 'beside', url: new URL(name, beside) },
  ]
    .filter(({ url }) => existsSync(url))
    .map(({ from, url }) => ({ from, rows: parse(readFileSync(url, 'utf8'), name) as Row[] }));
}
