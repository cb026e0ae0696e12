import type { CutoverPlan, GateResult, JournalRecord } from '../cutover/index.ts';
import type { ArrivedShare } from '../messages/index.ts';
import type { LoadResult, PhaseResult } from './load/index.ts';
import { latencyOver } from './load/index.ts';
import type { ReportData, ReportRollback, ReportStep } from './report/index.ts';

/** What came out of a rehearsal, read from the journal and the load's accounts. Pure. */

const phaseOf = (load: LoadResult, name: string): PhaseResult | undefined =>
  load.phases.find((phase) => phase.name === name);

/** A step as a person calls it. */
const titleOf = (step: CutoverPlan['steps'][number]): string =>
  step.kind === 'shift' ? `shift to ${step.share} %` : step.kind;

/** The share that arrived in each step that moves traffic and was entered. */
export function arrivedShares(
  plan: CutoverPlan,
  records: readonly JournalRecord[],
  load: LoadResult,
): ArrivedShare[] {
  const entered = new Set(
    records.flatMap(({ event }) => (event.type === 'step-entered' ? [event.step] : [])),
  );
  return plan.steps.flatMap((step) => {
    if (step.kind !== 'shift' || !entered.has(step.id)) return [];
    const phase = phaseOf(load, step.id);
    return [
      {
        step: step.id,
        asked: step.share,
        flows: phase?.flowShare ?? null,
        requests: phase?.requestShare ?? null,
      },
    ];
  });
}

/** Latency before the cutover, during it, and after it. */
export function latencies({ phases }: LoadResult): ReportData['latency'] {
  const of = (chosen: (name: string) => boolean) => latencyOver(phases.filter(({ name }) => chosen(name)));
  return {
    before: of((name) => name === 'before'),
    during: of((name) => name !== 'before' && name !== 'after'),
    after: of((name) => name === 'after'),
  };
}

/** Each step that was entered, with its gates and when it ended. */
export function reportSteps(
  plan: CutoverPlan,
  records: readonly JournalRecord[],
  load: LoadResult,
): ReportStep[] {
  const steps: ReportStep[] = [];
  const gates = new Map<string, readonly GateResult[]>();
  for (const { event } of records) if (event.type === 'judged') gates.set(event.step, event.gates);
  const ends = records.filter(({ event }) =>
    ['step-entered', 'rollback-begun', 'ended', 'held'].includes(event.type),
  );
  for (const [index, { event, at }] of ends.entries()) {
    if (event.type !== 'step-entered') continue;
    const step = plan.steps.find(({ id }) => id === event.step);
    if (step === undefined) continue;
    const end = ends[index + 1];
    const phase = phaseOf(load, step.id);
    steps.push({
      id: step.id,
      title: titleOf(step),
      share: step.kind === 'shift' ? step.share : null,
      arrived: {
        flows: phase?.flowShare?.[plan.to] ?? null,
        requests: phase?.requestShare?.[plan.to] ?? null,
      },
      gates: gates.get(step.id) ?? [],
      startedAt: at,
      endedAt: end?.at ?? null,
      outcome:
        end?.event.type === 'rollback-begun' ? 'failed' : end?.event.type === 'held' ? 'held' : 'passed',
    });
  }
  return steps;
}

/** The target's share of new flows as it was asked for, from each time on. */
export function askedShares(
  plan: CutoverPlan,
  records: readonly JournalRecord[],
): { at: number; share: number }[] {
  const ours = new Map(plan.regions.map(({ region, entrances }) => [region, entrances]));
  return records.flatMap(({ event, at }) => {
    if (event.type !== 'done' || event.result.kind !== 'set-weights') return [];
    const target = ours.get(event.region)?.[plan.to];
    const sum = event.result.endpoints.reduce((total, { weight }) => total + weight, 0);
    const weight = event.result.endpoints.find(({ id }) => id === target)?.weight ?? 0;
    return [{ at, share: sum === 0 ? 0 : (weight / sum) * 100 }];
  });
}

/** The rollback, if there was one: why, and when the target's last error came. */
export function reportRollback(
  plan: CutoverPlan,
  records: readonly JournalRecord[],
  load: LoadResult,
): ReportRollback | undefined {
  const begun = records.find(({ event }) => event.type === 'rollback-begun');
  if (begun === undefined || begun.event.type !== 'rollback-begun') return undefined;
  const { cause, step, gates, text } = begun.event.reason;
  const last = load.lastLostAt[plan.to];
  const [gate] = gates ?? [];
  const where = plan.steps.find(({ id }) => id === step);
  return {
    cause,
    decidedAt: begun.at,
    step: where === undefined ? 'no step' : titleOf(where),
    reason: text,
    ...(gate === undefined ? {} : { gate }),
    lastErrorAfterSeconds: last === undefined || last < begun.at ? null : (last - begun.at) / 1000,
  };
}
