import { events } from './events.ts';

/** The page of all events, as Markdown. */
export function eventsPage(): string {
  const rows = Object.entries(events)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([code, { summary, level, isGood, quiet }]) =>
        `| \`${code}\` | ${isGood === undefined ? level : `${level}, or warn`} | ${summary}${quiet && !summary.includes('--json') ? ' (only with `--json`)' : ''} |`,
    );
  return `${[
    '# What the command says',
    '',
    'Every line is an event with a stable code. With `--json` each is one JSON object a line with `event`, `at` (ISO 8601),',
    '`level` and its fields. This page is generated: `npm run docs:events`.',
    '',
    'Four say documents instead: `inventory`, `migrate --dry-run` and `migrate --verify` say theirs, one a line with `--json`',
    '([migration.md](migration.md)), and `validate` its verdicts. With `--json` each document is one line, accepted or refused: `index`, `file`, `line`,',
    '`kind`, `namespace`, `name`, `verdict`, `errors` and `warnings`, whose entries have `field`, `message` and `code`. What',
    "Knative's webhook does not judge is accepted with the warning `object.not-judged`; a file of a folder that cannot be read is",
    'refused with `file.unreadable`. Where nothing can be judged, such as for a file that is not there, `error.failed` is said.',
    '',
    '| code | level | said when |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}
