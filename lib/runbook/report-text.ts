import type { GateResult } from '../cutover/gates.ts';
import { code, plain } from './markdown.ts';
import type { CutoverReport } from './report.ts';

const time = (iso: string): string => iso.slice(11, 19);

function duration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${Number((seconds % 60).toFixed(1))} s`;
  return [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(hours + minutes > 0 ? [`${minutes} min`] : []),
    rest,
  ].join(' ');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] =>
  rows.length === 0
    ? []
    : [
        `| ${head.join(' | ')} |`,
        `| ${head.map(() => '---').join(' | ')} |`,
        ...rows.map((row) => `| ${row.map(plain).join(' | ')} |`),
        '',
      ];

/** A report as Markdown. */
export function renderReport(report: CutoverReport): string {
  const { steps, weights, floors, people, moments, failures, left } = report;
  const failed = Object.entries(failures);
  return `${[
    `# Cutover of ${plain(report.fleet)}: from ${report.from} to ${report.to}`,
    '',
    `**${plain(report.outcome)}**${report.startedAt === null ? '' : `, begun ${report.startedAt}`}${report.endedAt === null ? '' : `, ended ${report.endedAt}, ${duration(report.seconds)}`}.`,
    `Plan ${code(report.plan)}, digest ${code(report.digest)}, ${report.services} services.`,
    ...(left === undefined ? [] : ['', plain(left)]),
    '',
    '## Steps',
    '',
    ...table(
      ['step', 'begun', 'took', 'share', 'gates'],
      steps.map(({ step, enteredAt, seconds, share, gates }) => [
        step,
        time(enteredAt),
        duration(seconds),
        share === undefined ? '' : `${share} %`,
        countsOf(gates),
      ]),
    ),
    '## Gates',
    '',
    ...table(
      ['step', 'gate', 'region', 'verdict', 'value', 'limit', 'samples', 'what was seen'],
      steps.flatMap(({ step, gates }) => gates.map((gate) => gateRow(step, gate))),
    ),
    '## Weights',
    '',
    ...table(
      ['at', 'region', 'weights'],
      weights.map(({ at, region, text }) => [time(at), region, text]),
    ),
    '## Floors',
    '',
    ...table(
      ['region', 'floors', 'pods', 'put back'],
      floors.map(({ region, floors: count, pods, putBack }) => [
        region,
        `${count}`,
        `${pods}`,
        putBack ? 'yes' : 'no',
      ]),
    ),
    '## Who did what',
    '',
    ...table(
      ['at', 'who', 'what'],
      people.map(({ at, who, text }) => [at, who, text]),
    ),
    '## What happened',
    '',
    ...table(
      ['at', 'what'],
      moments.map(({ at, text }) => [at, text]),
    ),
    ...(failed.length === 0
      ? []
      : [
          '## Commands that failed',
          '',
          ...table(
            ['code', 'times'],
            failed.map(([name, times]) => [name, `${times}`]),
          ),
        ]),
  ]
    .join('\n')
    .trimEnd()}\n`;
}

const countsOf = (gates: readonly GateResult[]): string =>
  (['pass', 'fail', 'inconclusive'] as const)
    .flatMap((verdict) => {
      const count = gates.filter((gate) => gate.verdict === verdict).length;
      return count === 0 ? [] : [`${count} ${verdict}`];
    })
    .join(', ');

function gateRow(
  step: string,
  { gate, region, verdict, value, limit, unit, samples, text }: GateResult,
): string[] {
  const number = (one: number): string => `${Number(one.toPrecision(6))} ${unit}`;
  return [
    step,
    gate,
    region,
    verdict,
    value === undefined ? 'nothing' : number(value),
    number(limit),
    `${samples}`,
    text,
  ];
}
