import type { Gates } from '../../fleet/cutover-gates.ts';
import type { OwnAnswer } from '../../metrics/own-gate-port.ts';
import type { PlanPolicy } from '../plan.ts';
import type { GateResult } from './gate-result.ts';

/** What of a team's own gate is in a plan; what it asks is the fleet's, and may hold what nobody else may know. */
export interface PlannedGate {
  readonly name: string;
  readonly kind: 'command' | 'http' | 'prometheus';
  readonly least?: number;
  readonly most?: number;
}

/** The gates of a fleet as its plans hold them. */
export function plannedGates({
  own,
  latencyFloor,
  balancers,
  prometheus,
  ...rest
}: Gates): PlanPolicy['gates'] {
  const planned = own.map(
    ({ name, run, url, least, most }): PlannedGate => ({
      name,
      kind: run !== undefined ? 'command' : url !== undefined ? 'http' : 'prometheus',
      ...(least === undefined ? {} : { least }),
      ...(most === undefined ? {} : { most }),
    }),
  );
  return {
    ...rest,
    latencyFloor: latencyFloor.toString(),
    ...(planned.length === 0 ? {} : { own: planned }),
  };
}

/** `at most 5`, `from 1 to 5`, or what passes where there is no number. */
export function limitText({ kind, least, most }: PlannedGate): string {
  if (least !== undefined && most !== undefined) return `from ${least} to ${most}`;
  if (most !== undefined) return `at most ${most}`;
  if (least !== undefined) return `at least ${least}`;
  return kind === 'command' ? 'exit code 0' : 'status 200 to 299';
}

/** The team's own gates; what did not answer is inconclusive. */
export const own = (
  region: string,
  planned: readonly PlannedGate[],
  answers: readonly OwnAnswer[] | undefined,
): GateResult[] =>
  planned.map((gate) =>
    ownGate(
      region,
      gate,
      answers?.find(({ name }) => name === gate.name),
    ),
  );

function ownGate(region: string, gate: PlannedGate, answer: OwnAnswer | undefined): GateResult {
  const { name, least, most } = gate;
  const numeric = least !== undefined || most !== undefined;
  const value = numeric ? answer?.value : answer?.ok === undefined ? undefined : Number(answer.ok);
  const measured = value !== undefined && Number.isFinite(value);
  const base = {
    gate: `own:${name}`,
    region,
    limit: most ?? least ?? 1,
    unit: 'count',
    samples: measured ? 1 : 0,
    text: `${answer?.text ?? 'it was not asked'}; ${limitText(gate)} passes`,
  } as const;
  if (!measured) return { ...base, verdict: 'inconclusive' };
  const passes = numeric
    ? value >= (least ?? Number.NEGATIVE_INFINITY) && value <= (most ?? Number.POSITIVE_INFINITY)
    : value === 1;
  return { ...base, value, verdict: passes ? 'pass' : 'fail' };
}
