import type { Reference } from '../clusters/cluster-port.ts';
import type { Colour } from '../fleet/colour.ts';
import type { QuietProbes } from '../fleet/cutover-gates.ts';
import type { HookTime } from '../fleet/cutover-hands.ts';
import type { WorkloadRule } from '../fleet/fleet.ts';
import { exitCodes, ZeroshiftError } from '../messages/error.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import { digestOf } from './canonical-json.ts';
import type { RegionCapacity } from './capacity/capacity-plan.ts';
import type { PlannedGate } from './gates/own.ts';

/** The step kinds, in the order in which a cutover goes through them. */
export type Step =
  | { readonly id: string; readonly kind: 'preflight'; readonly region: string }
  | { readonly id: string; readonly kind: 'migrate'; readonly region: string }
  | { readonly id: string; readonly kind: 'verify'; readonly region: string }
  | { readonly id: string; readonly kind: 'floors'; readonly region: string }
  | ShiftStep
  | { readonly id: string; readonly kind: 'drain'; readonly region: string }
  /** What may run on one colour only stops on the source, and then runs on the target. */
  | { readonly id: string; readonly kind: 'hand-over'; readonly region: string }
  /** The target has all traffic of a wave, and is watched before the next one begins. */
  | WatchStep<'bake'>
  | WatchStep<'hold'>;

interface WatchStep<Kind extends string> {
  readonly id: string;
  readonly kind: Kind;
  /** The first of them. */
  readonly region: string;
  /** All that are watched at once. @default - the one */
  readonly regions?: readonly string[];
}

/** What of a hook is in the plan; what it calls is the fleet's, and may hold what nobody else may know. */
export interface PlannedHook {
  readonly name: string;
  readonly when: readonly HookTime[];
  /** Ids of steps. */
  readonly steps: readonly string[];
  /** Such as `30s`. */
  readonly timeout: string;
}

/** Gives the target its share of new flows, watches it and judges it by its gates. */
export interface ShiftStep {
  readonly id: string;
  readonly kind: 'shift';
  readonly region: string;
  /** Percent of new flows that the target gets. */
  readonly share: number;
  /** Endpoint id → weight, for our two endpoints only. */
  readonly weights: Readonly<Record<string, number>>;
}

/** A service that the plan moves. */
export interface PlannedService {
  readonly namespace: string;
  readonly name: string;
  /** Hosts that it answers on: its own, and those of its DomainMappings. */
  readonly hosts: readonly string[];
  /** It does not want to be probed. @default - it may be */
  readonly probe?: false;
}

/** A workload that may run on one colour only, and that is handed over. */
export interface PlannedSingleton extends Required<Omit<Reference, 'subresource'>> {
  /** Name of the HorizontalPodAutoscaler that sizes it. @default - none does */
  readonly autoscaler?: string;
}

export interface RegionFacts {
  readonly region: string;
  readonly endpointGroupArn: string;
  /** The group as it was read: every endpoint, others' included. */
  readonly endpoints: readonly Endpoint[];
  /** Our two endpoints' ids. */
  readonly entrances: Readonly<Record<Colour, string>>;
  readonly services: readonly PlannedService[];
  /** Sorted by namespace, kind and name. @default - none */
  readonly singletons?: readonly PlannedSingleton[];
  /** What the steps ask of the clusters. @default - a plan of before, or nothing runs */
  readonly capacity?: RegionCapacity;
}

/** The policy in the plan; lengths of time as text, such as `30s`. */
export interface PlanPolicy {
  readonly bake: string;
  readonly patience: string;
  readonly hold: string;
  readonly deployTimeout: string;
  readonly readyTimeout: string;
  readonly drainQuiet: string;
  readonly drainTimeout: string;
  /** How far the target may be behind the source's changes before a share is given. @default - nothing is followed */
  readonly maxLag?: string;
  /** How long a wave is watched before the next one begins. @default - as long as a step */
  readonly waveBake?: string;
  /** How many pods the floors may start at once. @default 20 */
  readonly podsAtOnce?: number;
  readonly gates: {
    readonly minSuccessRate: number;
    readonly maxLatencyRatio: number;
    readonly latencyFloor: string;
    readonly shareTolerance: number;
    readonly minSamples: number;
    /** Chance that the gates of the whole plan take chance for a fault once, 0–1. @default - a plan of before: each look has 0.001 */
    readonly falseAlarm?: number;
    /** @default - a plan of before: errors are not compared */
    readonly maxErrorRatio?: number;
    /** 0–1. */
    readonly errorFloor?: number;
    /** How quiet services are probed. @default - every host is */
    readonly probes?: QuietProbes | 'off';
    /** Gates of the team's own. @default - none */
    readonly own?: readonly PlannedGate[];
  };
}

/** An immutable cutover plan: the steps that move the traffic, and the facts that they rest on. */
export interface CutoverPlan {
  readonly apiVersion: 'zeroshift/v1';
  readonly kind: 'CutoverPlan';
  readonly id: string;
  readonly fleet: string;
  readonly createdAt: string;
  readonly from: Colour;
  readonly to: Colour;
  readonly acceleratorArn: string;
  readonly regions: readonly RegionFacts[];
  readonly policy: PlanPolicy;
  /** What the fleet says of workloads: who is a singleton follows from it. @default - nothing */
  readonly workloads?: readonly WorkloadRule[];
  readonly steps: readonly Step[];
  /** Ids of steps that wait until somebody approves them. @default - none */
  readonly approvals?: readonly string[];
  /** @default - none */
  readonly hooks?: readonly PlannedHook[];
  /** Over everything above. */
  readonly digest: string;
}

/** Seals a plan with its digest. */
export function sealPlan(plan: Omit<CutoverPlan, 'digest'>): CutoverPlan {
  return { ...plan, digest: digestOf(plan) };
}

/**
 * Reads a plan and checks that nobody changed it.
 * @throws ZeroshiftError `plan.invalid`, `plan.changed`
 */
export function openPlan(text: string, source: string): CutoverPlan {
  let plan: CutoverPlan;
  try {
    plan = JSON.parse(text) as CutoverPlan;
  } catch (cause) {
    throw new ZeroshiftError(`${source} is not a cutover plan: it is not JSON`, {
      code: 'plan.invalid',
      source: 'user',
      action: 'make one with `zeroshift plan`',
      cause,
    });
  }
  if (
    typeof plan !== 'object' ||
    plan === null ||
    plan.kind !== 'CutoverPlan' ||
    plan.apiVersion !== 'zeroshift/v1'
  )
    throw new ZeroshiftError(`${source} is not a cutover plan`, {
      code: 'plan.invalid',
      source: 'user',
      problems: [{ where: 'kind', value: plan?.kind, allowed: 'CutoverPlan of zeroshift/v1' }],
      action: 'make one with `zeroshift plan`',
    });
  const { digest, ...rest } = plan;
  const computed = digestOf(rest);
  if (digest !== computed)
    throw new ZeroshiftError('the plan was changed after it was made', {
      code: 'plan.changed',
      source: 'user',
      problems: [{ where: 'digest', value: digest, allowed: computed }],
      action: 'a plan is immutable: make a new one with `zeroshift plan`',
      exitCode: exitCodes.stalePlan,
    });
  return plan;
}

/** The facts of one region. */
export function regionOf(plan: CutoverPlan, region: string): RegionFacts {
  const facts = plan.regions.find((candidate) => candidate.region === region);
  if (facts === undefined)
    throw new ZeroshiftError(`the plan has a step in a region without facts`, {
      code: 'plan.invalid',
      source: 'zeroshift',
      problems: [
        { where: 'steps', value: region, allowed: plan.regions.map((facts) => facts.region).join(', ') },
      ],
    });
  return facts;
}

/** How many services a plan moves, over all regions. */
export const serviceCount = (plan: CutoverPlan): number =>
  plan.regions.reduce((sum, { services }) => sum + services.length, 0);
