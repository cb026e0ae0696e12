import type { ClusterPort } from '../clusters/cluster-port.ts';
import type { CheckResult } from '../doctor/check.ts';
import type { Colour } from '../fleet/colour.ts';
import type { HookTime } from '../fleet/cutover-hands.ts';
import type { EntranceLocation } from '../fleet/locator.ts';
import type { BalancerPort } from '../metrics/balancer-port.ts';
import type { MetricsPort, ProbePort } from '../metrics/metrics-port.ts';
import type { OwnGatePort } from '../metrics/own-gate-port.ts';
import type { PlanRules } from '../migration/plan/index.ts';
import type { TrafficPort } from '../traffic/traffic-port.ts';
import type { FollowReading } from './commands.ts';
import type { CutoverPlan } from './plan.ts';

/** Time, as the runner needs it. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds, or as soon as the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export interface ColourPorts {
  readonly cluster: ClusterPort;
  readonly metrics: MetricsPort;
  /** Its load balancer. @default - nobody measures it, and there are no gates for it */
  readonly balancer?: BalancerPort;
  readonly entrance: EntranceLocation;
}

/** What the fleet says of migrations. */
export type MigrationRules = PlanRules;

/** Where a region is followed from, and to. */
export interface FollowRegion {
  readonly from: Colour;
  readonly to: Colour;
  readonly region: string;
  readonly source: ClusterPort;
  readonly target: ClusterPort;
  readonly rules: () => Promise<MigrationRules>;
}

/** Keeps targets equal to their sources beside the engine. What it knows is gone with its process. */
export interface FollowPort {
  /** Begins; nothing where the region is followed already. False where these clusters cannot be followed. */
  begin(region: FollowRegion): Promise<boolean>;
  /** Undefined where nothing follows. @throws ZeroshiftError what it failed with */
  status(region: string): Promise<FollowReading | undefined>;
  /** Ends it: what is being written comes to its end. Undefined where nothing follows. */
  end(region: string): Promise<FollowReading | undefined>;
  /** Ends all of it, with the run of the engine. */
  endAll(): Promise<void>;
}

/** What a hook is told: on standard input, or as the body of a POST. */
export interface HookTold {
  readonly apiVersion: 'zeroshift/v1';
  readonly kind: 'HookCall';
  /** The same whenever the same hook is called for the same step, after a crash as well. */
  readonly id: string;
  readonly hook: string;
  readonly when: HookTime;
  readonly fleet: string;
  readonly plan: string;
  readonly step: string;
  readonly stepKind: string;
  readonly region: string;
  readonly from: Colour;
  readonly to: Colour;
  /** Percent of new flows, of a shift. */
  readonly share?: number;
}

/** Calls what the fleet names. Never throws for what a hook does. */
export interface HookPort {
  /** @param timeout milliseconds */
  call(
    hook: string,
    told: HookTold,
    timeout: number,
  ): Promise<{ readonly ok: boolean; readonly text: string }>;
}

/** Looks at a region before a cutover. Changes nothing. */
export interface DoctorPort {
  look(plan: CutoverPlan, region: string): Promise<DoctorReading>;
}

export interface DoctorReading {
  readonly results: readonly CheckResult[];
  /** Whether something takes nodes away by itself, such as Karpenter or EKS Auto Mode. */
  readonly movingNodes: boolean;
}

/** Everything that a cutover acts through. */
export interface CutoverPorts {
  readonly traffic: TrafficPort;
  readonly prober: ProbePort;
  readonly clock: Clock;
  /** Asked for by a migration only. */
  readonly rules: () => Promise<MigrationRules>;
  /** @default - what changes on the source after the migration does not come to the target, and the journal says so */
  readonly follow?: FollowPort;
  /** @default - a plan with hooks holds */
  readonly hooks?: HookPort;
  /** The team's own gates. @default - nobody asks them, so that a plan which has some holds */
  readonly ownGates?: OwnGatePort;
  /** What must be true of account and clusters before anything is changed. @default - nobody looks, and nodes are not held */
  readonly doctor?: DoctorPort;
  /** By region. */
  readonly regions: Readonly<Record<string, Readonly<Record<Colour, ColourPorts>>>>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(finish, milliseconds);
      function finish(): void {
        clearTimeout(timer);
        signal?.removeEventListener('abort', finish);
        resolve();
      }
      if (signal?.aborted) finish();
      else signal?.addEventListener('abort', finish, { once: true });
    }),
};
