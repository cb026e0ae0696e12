import { replay } from '../cutover/evolve.ts';
import type { GateResult } from '../cutover/gates.ts';
import type { Actor, JournalEvent, JournalRecord } from '../cutover/journal-event.ts';
import type { CutoverPlan } from '../cutover/plan.ts';
import { serviceCount } from '../cutover/plan.ts';

/** A step as it went. Times are ISO 8601. */
export interface ReportedStep {
  readonly step: string;
  readonly kind: string;
  readonly region: string;
  readonly share?: number;
  readonly enteredAt: string;
  readonly seconds: number;
  /** As they were judged last. */
  readonly gates: readonly GateResult[];
}

/** Something that happened at a time. */
export interface ReportedMoment {
  readonly at: string;
  readonly text: string;
}

/** What happened in a cutover, from its plan and its journal alone. */
export interface CutoverReport {
  readonly plan: string;
  readonly digest: string;
  readonly fleet: string;
  readonly from: string;
  readonly to: string;
  readonly services: number;
  readonly outcome: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly seconds: number;
  readonly steps: readonly ReportedStep[];
  readonly weights: readonly (ReportedMoment & { readonly region: string })[];
  readonly floors: readonly {
    readonly region: string;
    readonly floors: number;
    readonly pods: number;
    readonly putBack: boolean;
  }[];
  /** Who did what, in the order in which it was done. */
  readonly people: readonly (ReportedMoment & { readonly who: string })[];
  /** Holds, rollbacks, and what was seen of the following. */
  readonly moments: readonly ReportedMoment[];
  /** Commands that failed, by their code. */
  readonly failures: Readonly<Record<string, number>>;
  /** What is left on the target after a rollback. @default - nothing was taken back */
  readonly left?: string;
}

const iso = (at: number): string => new Date(at).toISOString();
const who = ({ user, host }: Actor): string => `${user} on ${host}`;

/** Makes the report of a cutover. Pure. */
export function reportOf(plan: CutoverPlan, records: readonly JournalRecord[]): CutoverReport {
  const state = replay(plan, records);
  const [first] = records;
  const last = records.at(-1);
  const isOver = last?.event.type === 'ended';
  const migrated = records.some(({ event }) => event.type === 'done' && event.result.kind === 'migrate');
  return {
    plan: plan.id,
    digest: plan.digest,
    fleet: plan.fleet,
    from: plan.from,
    to: plan.to,
    services: serviceCount(plan),
    outcome: state.held === undefined ? state.status : `held while ${state.status}`,
    startedAt: first === undefined ? null : iso(first.at),
    endedAt: last !== undefined && isOver ? iso(last.at) : null,
    seconds: first === undefined || last === undefined ? 0 : (last.at - first.at) / 1000,
    steps: stepsOf(plan, records),
    weights: records.flatMap(({ at, event }) => weightsOf(plan, at, event)),
    floors: floorsOf(records),
    people: records.flatMap(({ at, event }) => doneBy(at, event)),
    moments: records.flatMap(({ at, event }) => momentOf(at, event)),
    failures: failuresOf(records),
    ...(state.status === 'rolled-back' && migrated
      ? {
          left: `the ${serviceCount(plan)} services that were brought to ${plan.to} are still there, without traffic; the next cutover finds them`,
        }
      : {}),
  };
}

function stepsOf(plan: CutoverPlan, records: readonly JournalRecord[]): ReportedStep[] {
  const steps: ReportedStep[] = [];
  let open: { readonly at: number; readonly id: string; gates: readonly GateResult[] } | undefined;
  const close = (at: number): void => {
    const step = plan.steps.find(({ id }) => id === open?.id);
    if (open === undefined || step === undefined) return;
    steps.push({
      step: step.id,
      kind: step.kind,
      region: step.region,
      ...(step.kind === 'shift' ? { share: step.share } : {}),
      enteredAt: iso(open.at),
      seconds: (at - open.at) / 1000,
      gates: open.gates,
    });
    open = undefined;
  };
  for (const { at, event } of records) {
    if (event.type === 'step-entered') {
      close(at);
      open = { at, id: event.step, gates: [] };
    }
    if (event.type === 'judged' && open !== undefined) open.gates = event.gates;
    if (event.type === 'rollback-begun' || event.type === 'ended') close(at);
  }
  close(records.at(-1)?.at ?? 0);
  return steps;
}

function weightsOf(plan: CutoverPlan, at: number, event: JournalEvent): CutoverReport['weights'] {
  if (event.type !== 'done' || event.result.kind !== 'set-weights' || !event.result.written) return [];
  const entrances = plan.regions.find(({ region }) => region === event.region)?.entrances;
  const { endpoints } = event.result;
  const of = (colour: 'blue' | 'green'): number | string =>
    endpoints.find(({ id }) => id === entrances?.[colour])?.weight ?? '?';
  return [
    {
      at: iso(at),
      region: event.region,
      text: `${plan.from} ${of(plan.from)}, ${plan.to} ${of(plan.to)}`,
    },
  ];
}

function floorsOf(records: readonly JournalRecord[]): CutoverReport['floors'] {
  const found = new Map<string, { floors: number; pods: number; putBack: boolean }>();
  for (const { event } of records) {
    if (event.type !== 'done') continue;
    if (event.result.kind === 'read-floors') {
      const { floors } = event.result;
      const pods = floors.reduce((sum, floor) => sum + floor.pods, 0);
      found.set(event.region, { floors: floors.length, pods, putBack: false });
    }
    const known = found.get(event.region);
    if (event.result.kind === 'clear-floors' && known !== undefined)
      found.set(event.region, { ...known, putBack: true });
  }
  return [...found].map(([region, floors]) => ({ region, ...floors }));
}

function doneBy(at: number, event: JournalEvent): CutoverReport['people'] {
  const texts: Partial<Record<JournalEvent['type'], string>> = {
    started: 'began it',
    resumed: 'went on with it',
    paused: 'paused it',
    unpaused: 'let it go on',
    'finalize-begun': 'finalized it',
    adopted: 'adopted what somebody else had changed',
    overwritten: 'went on over what somebody else had changed',
  };
  if (event.type === 'rollback-begun' && event.reason.cause === 'request')
    return [
      { at: iso(at), who: event.reason.text.replace(/ asked for it$/, ''), text: 'asked for a rollback' },
    ];
  if (!('by' in event)) return [];
  const text =
    event.type === 'promoted'
      ? `cut ${event.step} short`
      : event.type === 'approved'
        ? `approved ${event.step}`
        : event.type === 'refused'
          ? `asked for ${event.command}, which was refused: ${event.why}`
          : texts[event.type];
  return text === undefined ? [] : [{ at: iso(at), who: who(event.by), text }];
}

function momentOf(at: number, event: JournalEvent): ReportedMoment[] {
  const moment = (text: string): ReportedMoment[] => [{ at: iso(at), text }];
  switch (event.type) {
    case 'held':
      return moment(`held: ${event.reason.text}`);
    case 'rollback-begun':
      return moment(
        `rolled back${event.reason.step === undefined ? '' : ` in ${event.reason.step}`}: ${event.reason.text}`,
      );
    case 'approval-awaited':
      return moment(`${event.step} waited for an approval`);
    case 'mended':
      return moment(`the share was given again in ${event.region}`);
    case 'ended':
      return moment(event.outcome);
    case 'done':
      if (event.result.kind === 'hook')
        return event.result.calls.flatMap(({ name, ok, text }) =>
          moment(
            `hook ${name} ${event.result.kind === 'hook' ? event.result.when : ''}: ${ok ? 'yes' : 'no'}, ${text}`,
          ),
        );
      if (event.result.kind === 'follow' && !event.result.following)
        return moment(`nothing followed in ${event.region}`);
      return [];
    default:
      return [];
  }
}

function failuresOf(records: readonly JournalRecord[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { event } of records)
    if (event.type === 'failed') counts[event.failure.code] = (counts[event.failure.code] ?? 0) + 1;
  return counts;
}
