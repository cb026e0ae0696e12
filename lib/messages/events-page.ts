import { events } from './events.ts';

/** The page of all events, as Markdown. */
export function eventsPage(): string {
  const rows = Object.entries(events)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { summary, level, quiet }]) =>
        `| \`${code}\` | ${level} | ${summary}${quiet && !summary.includes('--json') ? ' (only with `--json`)' : ''} |`,
    );
  return `${[
    '# What the command says',
    '',
    'Every line is an event with a stable code. With `--json` each is one JSON object a line with `event`, `at` (ISO 8601),',
    '`level` and its fields. This page is generated: `npm run docs:events`.',
    '',
    '| code | level | said when |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}
