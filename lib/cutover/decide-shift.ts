import { awaitLevel } from './decide-follow.ts';
import { until } from './decide-until.ts';
import { type Decision, due, hold, milliseconds } from './decision.ts';
import type { CutoverPlan } from './plan.ts';
import type { Progress, RegionState } from './state.ts';
import { weightsCommand } from './weights-command.ts';

/** Weights that a region is given on the way to the target. */
export interface Given {
  readonly region: string;
  /** Endpoint id → weight, for our two endpoints. */
  readonly weights: Readonly<Record<string, number>>;
}

/** Gives a region its weights, and waits until they are DEPLOYED; undefined when they are. */
export function give(
  plan: CutoverPlan,
  given: Given,
  progress: Progress,
  region: RegionState,
  now: number,
): Decision | undefined {
  if (progress.done['set-weights'] === undefined) return write(plan, given, progress, region, now);
  return region.deployed ? undefined : awaitDeployed(plan, given.region, region, progress, now);
}

/** Writes the weights, when nothing speaks against it. */
function write(
  plan: CutoverPlan,
  { region, weights }: Given,
  progress: Progress,
  there: RegionState,
  now: number,
): Decision {
  const target = plan.regions.find((facts) => facts.region === region)?.entrances[plan.to] ?? '';
  const before = there.endpoints.find(({ id }) => id === target)?.weight ?? 0;
  // Less than the target has needs no proof of it.
  const unproven = (weights[target] ?? 0) > before ? proven(plan, region, progress, there, now) : undefined;
  if (unproven !== undefined) return unproven;
  // While a change is under way no forward change is sent.
  if (!there.deployed || progress.done['deployment-status'] === undefined)
    return awaitDeployed(plan, region, there, progress, now);
  return { kind: 'do', command: weightsCommand(region, weights, there, 'forward') };
}

/** What the target has still to show before it gets more; undefined when it has. */
function proven(
  plan: CutoverPlan,
  region: string,
  progress: Progress,
  there: RegionState,
  now: number,
): Decision | undefined {
  const level = awaitLevel(plan, region, there, progress, now);
  if (level !== undefined) return level;
  // A run that goes on after a stop does not know what has become of the target since.
  return there.verified
    ? undefined
    : until(plan, { kind: 'verify', region }, progress, now, 'services of the target');
}

function awaitDeployed(
  plan: CutoverPlan,
  region: string,
  there: RegionState,
  { enteredAt, done }: Progress,
  now: number,
): Decision {
  // Whoever waited for the services first has not asked yet: what nobody has asked is not late.
  const asked = done['deployment-status'] !== undefined;
  if (asked && now > Math.max(enteredAt, done['set-weights'] ?? 0) + milliseconds(plan.policy.deployTimeout))
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
