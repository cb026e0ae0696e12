import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serviceCount } from '../cutover/index.ts';
import type { Latency, Paths, SummaryData } from '../messages/index.ts';
import type { RehearsedCutover } from './cutover-run.ts';
import type { LatencySummary, LoadResult } from './load/index.ts';
import { arrivedShares, askedShares, latencies, reportRollback, reportSteps } from './outcome.ts';
import { type ReportData, type ReportEvent, renderReport } from './report/index.ts';

export interface ReportProps {
  readonly run: RehearsedCutover;
  readonly result: LoadResult;
  readonly exit: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly directory: string;
  readonly events: readonly ReportEvent[];
}

const stepsTaken = ({ records }: RehearsedCutover): number =>
  records.filter(({ event }) => event.type === 'step-entered').length;

/** Writes the report of a rehearsal as a page, and as data beside it. */
export async function writeReport(props: ReportProps): Promise<Paths> {
  const { run, directory } = props;
  const data = reportData(props);
  const report = join(directory, 'report.html');
  await writeFile(report, renderReport(data));
  await writeFile(join(directory, 'report.json'), `${JSON.stringify(data)}\n`);
  return { plan: run.files.plan, journal: run.files.journal, runbook: run.files.runbook, report };
}

function reportData({ run, result, exit, startedAt, events }: ReportProps): ReportData {
  const { plan, records } = run;
  const rollback = reportRollback(plan, records, result);
  return {
    fleet: plan.fleet,
    from: plan.from,
    to: plan.to,
    plan: { id: plan.id, digest: plan.digest },
    startedAt,
    endedAt: Date.now(),
    summary: {
      services: serviceCount(run.plan),
      steps: stepsTaken(run),
      requests: result.totals.scheduled,
      lost: result.totals.lost,
      exit,
      outcome: run.outcome,
    },
    latency: latencies(result),
    steps: reportSteps(plan, records, result),
    shares: askedShares(plan, records),
    series: { startedAt: result.startedAt, rows: result.series },
    lost: result.lost,
    events,
    generatorDelayMs: result.generator.worstDelayMs,
    ...(rollback === undefined ? {} : { rollback }),
  };
}

const short = (latency: LatencySummary | null): Latency | null =>
  latency === null ? null : { p50: latency.p50, p95: latency.p95, p99: latency.p99 };

/** How many were lost for which reason. */
export const lostTexts = (reasons: LoadResult['lostByReason']): string[] =>
  Object.entries(reasons).map(([reason, count]) => `${count} by ${reason}`);

/** The numbers that a rehearsal ends with. */
export function summaryOf(
  run: RehearsedCutover,
  result: LoadResult,
  paths: Paths,
  exit: number,
  { startedAt, cleans }: { readonly startedAt: number; readonly cleans: boolean },
): SummaryData {
  const { before, during, after } = latencies(result);
  const rollback = reportRollback(run.plan, run.records, result);
  return {
    requests: result.totals.scheduled,
    answered: result.totals.answered,
    lost: result.totals.lost,
    services: serviceCount(run.plan),
    steps: stepsTaken(run),
    outcome: run.outcome,
    latency: { before: short(before), during: short(during), after: short(after) },
    shares: arrivedShares(run.plan, run.records, result),
    lostBy: lostTexts(result.lostByReason),
    rollback:
      rollback === undefined
        ? null
        : {
            gate: rollback.gate?.gate ?? rollback.cause,
            text: rollback.reason,
            lastErrorSeconds: rollback.lastErrorAfterSeconds,
          },
    seconds: (Date.now() - startedAt) / 1000,
    cleans,
    paths,
    exit,
  };
}
