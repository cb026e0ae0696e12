import { endpointDifferences } from '../traffic/endpoint-difference.ts';
import type { Command } from './commands.ts';
import { drain } from './decide-drain.ts';
import { raiseFloors } from './decide-floors.ts';
import { fitness, handOver } from './decide-hand-over.ts';
import { type Decision, due, hold, milliseconds, resumeCommand, rollBack } from './decision.ts';
import { foreignChangeText } from './foreign-change.ts';
import { judge, verdictOf } from './gates.ts';
import { type CutoverPlan, regionOf, type ShiftStep, type Step } from './plan.ts';
import type { CutoverState, Progress, RegionState } from './state.ts';
import { watchInterval } from './watch.ts';

/** The way to the target, step by step. */
export function decideForward(plan: CutoverPlan, state: CutoverState, now: number): Decision {
  const step = plan.steps[state.step];
  if (step === undefined) return enter(plan, state.step + 1);
  const region = state.regions[step.region];
  if (region === undefined) return enter(plan, state.step + 1);
  const next = inStep(plan, step, state.progress, region, now);
  if (next !== undefined) return next;
  return enter(plan, state.step + 1);
}

const enter = (plan: CutoverPlan, index: number): Decision => {
  const step = plan.steps[index];
  return {
    kind: 'record',
    event:
      step === undefined ? { type: 'ended', outcome: 'completed' } : { type: 'step-entered', step: step.id },
  };
};

/** What the step still needs, or undefined when it is through. */
function inStep(
  plan: CutoverPlan,
  step: Step,
  progress: Progress,
  region: RegionState,
  now: number,
): Decision | undefined {
  switch (step.kind) {
    case 'preflight':
      return once(step.kind, step.region, progress);
    case 'migrate':
      return until(plan, { kind: 'migrate', region: step.region }, progress, now, 'revisions of the target');
    case 'verify':
      return (
        until(plan, { kind: 'verify', region: step.region }, progress, now, 'services of the target') ??
        // What would stop the hand-over is told before anything has moved.
        fitness(plan, regionOf(plan, step.region), progress, now)
      );
    case 'floors':
      return (
        once('read-floors', step.region, progress) ?? raiseFloors(plan, step.region, region, progress, now)
      );
    case 'shift':
      return shift(plan, step, progress, region, now);
    case 'drain': {
      if (region.drained.includes(plan.from)) return undefined;
      const { enteredAt, done, waitingFor } = progress;
      const draining = { since: enteredAt, last: done.drain, waitingFor, again: 0 };
      return drain(plan, step.region, plan.from, draining, now, resumeCommand);
    }
    case 'hand-over':
      return handOver(plan, regionOf(plan, step.region), region, progress, now);
    case 'hold':
      return watch(plan, { ...step, share: 100 }, progress, region, now, milliseconds(plan.policy.hold));
  }
}

const once = (kind: 'preflight' | 'read-floors', region: string, progress: Progress): Decision | undefined =>
  progress.done[kind] === undefined ? { kind: 'do', command: { kind, region } } : undefined;

/** Gives the command again until it waits for nothing, or holds when the time is over. */
function until(
  plan: CutoverPlan,
  command: Command,
  progress: Progress,
  now: number,
  what: string,
): Decision | undefined {
  const last = progress.done[command.kind];
  if (last !== undefined && progress.waitingFor.length === 0) return undefined;
  const timeout = milliseconds(plan.policy.readyTimeout);
  if (last !== undefined && now > progress.enteredAt + timeout)
    return hold({
      code: `cutover.${command.kind}-timeout`,
      text: `after ${plan.policy.readyTimeout} still waiting for ${what}: ${progress.waitingFor.join(', ')}`,
      exit: 1,
    });
  return due(last, now, `${what}: ${progress.waitingFor.join(', ')}`) ?? { kind: 'do', command };
}

function shift(
  plan: CutoverPlan,
  step: ShiftStep,
  progress: Progress,
  region: RegionState,
  now: number,
): Decision | undefined {
  if (progress.done['set-weights'] === undefined) return giveShare(plan, step, progress, region, now);
  if (!region.deployed) return awaitDeployed(plan, step.region, region, progress, now);
  return watch(plan, step, progress, region, now, milliseconds(plan.policy.bake));
}

/** Writes the weights of a step, when nothing speaks against it. */
function giveShare(
  plan: CutoverPlan,
  step: ShiftStep,
  progress: Progress,
  region: RegionState,
  now: number,
): Decision {
  // A run that goes on after a stop does not know what has become of the target since.
  const verify = { kind: 'verify', region: step.region } as const;
  const verified = region.verified ? undefined : until(plan, verify, progress, now, 'services of the target');
  if (verified !== undefined) return verified;
  // While a change is under way no forward change is sent.
  if (!region.deployed || progress.done['deployment-status'] === undefined)
    return awaitDeployed(plan, step.region, region, progress, now);
  return {
    kind: 'do',
    command: {
      kind: 'set-weights',
      region: step.region,
      weights: step.weights,
      expected: region.endpoints,
      ...(region.announced === undefined ? {} : { announced: region.announced }),
      direction: 'forward',
    },
  };
}

function awaitDeployed(
  plan: CutoverPlan,
  region: string,
  there: RegionState,
  { enteredAt, done }: Progress,
  now: number,
): Decision {
  if (now > Math.max(enteredAt, done['set-weights'] ?? 0) + milliseconds(plan.policy.deployTimeout))
    return hold({
      code: 'cutover.deploy-timeout',
      text: `the accelerator is not DEPLOYED after ${plan.policy.deployTimeout}`,
      exit: 1,
    });
  return (
    due(done['deployment-status'], now, 'the accelerator to be DEPLOYED') ?? {
      kind: 'do',
      command: {
        kind: 'deployment-status',
        region,
        // What was announced and not read back is cleared up by the write itself.
        ...(there.announced === undefined ? { expected: there.endpoints } : {}),
      },
    }
  );
}

/** Watches a share for a time and judges it: at once when a gate fails, at the end when all pass. */
function watch(
  plan: CutoverPlan,
  step: { readonly id: string; readonly region: string; readonly share: number },
  progress: Progress,
  region: RegionState,
  now: number,
  length: number,
): Decision | undefined {
  if (progress.gates.length > 0) return settle(step.id, progress.gates);
  const seen = progress.watches[step.region];
  if (seen === undefined) return { kind: 'do', command: { kind: 'sample', region: step.region } };
  const foreign = endpointDifferences(region.endpoints, seen.last.endpoints);
  if (foreign.length > 0)
    return hold({
      code: 'cutover.foreign-change',
      text: foreignChangeText(regionOf(plan, step.region), foreign),
      exit: 1,
    });
  const facts = regionOf(plan, step.region);
  const gates = judge(
    {
      region: step.region,
      from: plan.from,
      to: plan.to,
      targetEndpoint: facts.entrances[plan.to],
      share: step.share,
      first: seen.first,
      last: seen.last,
      ...(progress.probes === undefined ? {} : { probes: progress.probes }),
      ...(region.baseline === undefined ? {} : { baseline: region.baseline }),
    },
    plan.policy,
  );
  const verdict = verdictOf(gates);
  const final = verdict === 'fail' || (seen.lastAt >= seen.since + length && progress.probes !== undefined);
  if (final && (verdict !== 'inconclusive' || seen.lastAt >= seen.since + milliseconds(plan.policy.patience)))
    return { kind: 'record', event: { type: 'judged', step: step.id, gates } };
  if (progress.probes === undefined && seen.lastAt > seen.since)
    return { kind: 'do', command: { kind: 'probe', region: step.region, colour: plan.to } };
  return (
    due(seen.lastAt, now, `watching ${step.share} % at ${plan.to}`, watchInterval(length)) ?? {
      kind: 'do',
      command: { kind: 'sample', region: step.region },
    }
  );
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
