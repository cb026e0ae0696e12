import { endpointDifferences } from '../traffic/endpoint-difference.ts';
import { type Decision, due, hold, milliseconds, rollBack } from './decision.ts';
import { acceptHint, foreignChangeText } from './foreign-change.ts';
import { alarmOf } from './gates/false-alarm.ts';
import { nextProbes } from './gates/quiet.ts';
import { type GateResult, judge, verdictOf } from './gates.ts';
import { type CutoverPlan, regionOf } from './plan.ts';
import type { CutoverState, Progress, RegionState } from './state.ts';
import { revisionsInterval, watchInterval } from './watch.ts';

/** What is watched: a share in one region, or in several at once. */
export interface Watched {
  /** Of the step. */
  readonly id: string;
  readonly regions: readonly string[];
  /** Percent of new flows that the target was given. */
  readonly share: number;
}

/** What a region's part of a watch has come to. */
interface Look {
  readonly gates: readonly GateResult[];
  /** Whether it was watched for its time. */
  readonly ready: boolean;
  /** Whether nobody waits any longer for what is inconclusive. */
  readonly impatient: boolean;
  readonly next: Decision;
}

/**
 * Watches a share for a time and judges it: at once when a gate fails, at the end when all pass; undefined when it has passed.
 * @param length milliseconds; infinite for a watch that only a failing gate ends
 */
export function watch(
  plan: CutoverPlan,
  watched: Watched,
  progress: Progress,
  regions: CutoverState['regions'],
  now: number,
  length: number,
): Decision | undefined {
  if (progress.gates.length > 0) return settle(watched.id, progress.gates);
  // Whoever asked not to wait for its time does not take a verdict away.
  const time = progress.promoted === true && Number.isFinite(length) ? 0 : length;
  const looks: Look[] = [];
  for (const region of watched.regions) {
    const there = regions[region];
    if (there === undefined) continue;
    const look = lookAt(plan, watched, region, progress, there, now, time);
    if ('kind' in look) return look;
    looks.push(look);
  }
  const judged = (gates: readonly GateResult[]): Decision => ({
    kind: 'record',
    event: { type: 'judged', step: watched.id, gates },
  });
  const failed = looks.find(({ gates }) => verdictOf(gates) === 'fail');
  if (failed !== undefined) return judged(failed.gates);
  if (looks.every(({ ready, impatient, gates }) => ready && (impatient || verdictOf(gates) === 'pass')))
    return judged(looks.flatMap(({ gates }) => gates));
  const decisions = looks.map(({ next }) => next);
  const [first] = decisions.filter(({ kind }) => kind === 'do');
  const [wait] = decisions.filter((one) => one.kind === 'wait').sort((a, b) => a.until - b.until);
  return first ?? wait;
}

/** A region's part, or what has to be done before anything can be said of it. */
function lookAt(
  plan: CutoverPlan,
  { id, share }: Watched,
  region: string,
  progress: Progress,
  there: RegionState,
  now: number,
  length: number,
): Look | Decision {
  const seen = progress.watches[region];
  if (seen === undefined) return { kind: 'do', command: { kind: 'sample', region } };
  const told = due(seen.revisionsAt, now, '', revisionsInterval(length)) === undefined;
  const sample: Decision = {
    kind: 'do',
    command: { kind: 'sample', region, ...(told ? {} : { revisions: false as const }) },
  };
  const facts = regionOf(plan, region);
  const foreign = endpointDifferences(there.endpoints, seen.last.endpoints);
  if (foreign.length > 0)
    return hold({
      code: 'cutover.foreign-change',
      text: `${foreignChangeText(facts, foreign)}\n    ${acceptHint}`,
      exit: 1,
    });
  const probes = progress.probed?.[region] ?? progress.probes;
  const unprobed = plan.policy.gates.probes === 'off';
  const probing = progress.probing?.[region];
  const toProbe = !unprobed && probes === undefined && seen.lastAt > seen.since;
  const gates = judge(
    {
      region,
      from: plan.from,
      to: plan.to,
      targetEndpoint: facts.entrances[plan.to],
      share,
      first: seen.first,
      last: seen.last,
      ...(probes === undefined && probing === undefined ? {} : { probes: probes ?? probing?.probes ?? [] }),
      ...(there.baseline === undefined ? {} : { baseline: there.baseline }),
      ...(there.baselineErrors === undefined ? {} : { baselineErrors: there.baselineErrors }),
      ...(seen.tally === undefined ? {} : { tally: seen.tally }),
    },
    plan.policy,
    alarmOf(plan),
  );
  return {
    gates,
    ready: seen.lastAt >= seen.since + length && (probes !== undefined || unprobed),
    impatient: seen.lastAt >= seen.since + milliseconds(plan.policy.patience),
    next:
      toProbe && (probing === undefined || due(seen.lastAt, now, '', watchInterval(length)) !== undefined)
        ? // No more in a second than may be.
          (due(probing === undefined ? undefined : progress.done.probe, now, `probing ${plan.to}`, 1_000) ?? {
            kind: 'do',
            command: nextProbes(plan, id, facts, probing, seen.tally),
          })
        : (due(seen.lastAt, now, `watching ${share} % at ${plan.to}`, watchInterval(length)) ?? sample),
  };
}

/** What follows from gates that were judged for good; undefined when the step is through. */
function settle(step: string, gates: Progress['gates']): Decision | undefined {
  const verdict = verdictOf(gates);
  const reasons = gates.filter((gate) => gate.verdict === verdict).map(({ text }) => text);
  if (verdict === 'pass') return undefined;
  if (verdict === 'fail')
    return rollBack({
      cause: 'gate',
      step,
      gates: gates.filter((gate) => gate.verdict === 'fail'),
      text: reasons.join('; '),
    });
  return hold({
    code: 'cutover.inconclusive',
    text: `the gates cannot be judged: ${reasons.join('; ')}`,
    exit: 4,
  });
}
