import type { TunedField } from '../../constructs/knative/index.ts';

function shown(value: unknown): string {
  if (value === undefined) return 'not there';
  const lines = typeof value === 'string' ? value.trim().split('\n').length : 1;
  return lines > 1 ? `a text of ${lines} lines` : `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``;
}

/** Rows that differ in nothing but the object are one row. */
function grouped(fields: readonly TunedField[]): { objects: string[]; field: TunedField }[] {
  const rows = new Map<string, { objects: string[]; field: TunedField }>();
  for (const field of fields) {
    const key = JSON.stringify([field.path, field.ours ?? null, field.upstream ?? null, field.reason]);
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { objects: [field.object], field });
    else row.objects.push(field.object);
  }
  return [...rows.values()];
}

/** The page that says how the default tuning differs from upstream, and why. */
export const tuningPage = (fields: readonly TunedField[]): string =>
  `# How the default tuning differs from upstream

Written by \`npm run docs:tuning\` from the constructs of the newest release. With \`tuning: 'upstream'\` none of this holds:
every object then equals the released one as data. \`npm run compare:upstream -- DIR\` shows that for a folder of released
YAML.

| object | field | upstream | here | reason |
| --- | --- | --- | --- | --- |
${grouped(fields)
  .map(
    ({ objects, field: { path, upstream, ours, reason } }) =>
      `| ${objects.join('<br>')} | ${path === '' ? 'the whole object' : `\`${path}\``} | ${shown(upstream)} | ${shown(ours)} | ${reason} |\n`,
  )
  .join('')}`;
