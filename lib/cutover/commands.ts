import type { CheckResult } from '../doctor/check.ts';
import type { Colour } from '../fleet/colour.ts';
import type { HookTime } from '../fleet/cutover-hands.ts';
import type { BalancerReading } from '../metrics/balancer-port.ts';
import type { GatewaySample, ProbeResult, RevisionTraffic } from '../metrics/metrics-port.ts';
import type { OwnAnswer } from '../metrics/own-gate-port.ts';
import type { DeploymentStatus, Endpoint } from '../traffic/traffic-port.ts';
import type { PlannedSingleton } from './plan.ts';

/** What the engine may ask for. Each is idempotent: after a crash the same command is given again. */
export type Command =
  /** Both colours' clusters answer, both entrances are known, the facts of the plan still hold. */
  | { readonly kind: 'preflight'; readonly region: string }
  /** Keeps the nodes of both colours' gateways and activators where they are, those that came since as well. */
  | { readonly kind: 'hold-nodes'; readonly region: string }
  /** Gives back every node that was held. */
  | { readonly kind: 'free-nodes'; readonly region: string }
  /** Recreates the source's services on the target. */
  | { readonly kind: 'migrate'; readonly region: string }
  /** Every planned service is ready on the target and serves what the source serves. */
  | { readonly kind: 'verify'; readonly region: string }
  /** Keeps the target equal to the source from now on, beside everything else. */
  | { readonly kind: 'follow'; readonly region: string }
  /** How far the target is behind the source. */
  | { readonly kind: 'follow-status'; readonly region: string }
  /** Lets the target be what it is now. */
  | { readonly kind: 'end-follow'; readonly region: string }
  /** Calls the hooks of a step. */
  | { readonly kind: 'hook'; readonly region: string; readonly step: string; readonly when: HookTime }
  /** What each routed revision of both colours has now: its pods and its own minimum. */
  | { readonly kind: 'read-floors'; readonly region: string }
  /** Raises floors as far as no more pods are starting at once than may, the first of them first. */
  | {
      readonly kind: 'set-floors';
      readonly region: string;
      /** Some of the region's floors, those whose pods are starting among them. */
      readonly floors: readonly Floor[];
      /** @default - all of them at once */
      readonly podsAtOnce?: number;
    }
  /** Puts the minimum back that each revision had before. */
  | { readonly kind: 'clear-floors'; readonly region: string; readonly floors: readonly Floor[] }
  | WeightsCommand
  /** What each singleton is now on both colours, and what keeps it from being handed over. */
  | { readonly kind: 'read-singletons'; readonly region: string }
  /** Suspends the singletons on the source; each runs on the target once nothing of it is left there. */
  | { readonly kind: 'hand-over'; readonly region: string; readonly singletons: readonly Singleton[] }
  /** Suspends them on the target; each is on the source what it was once nothing of it is left there. */
  | { readonly kind: 'hand-back'; readonly region: string; readonly singletons: readonly Singleton[] }
  | {
      readonly kind: 'deployment-status';
      readonly region: string;
      /** The group as it must be found; anything else is a foreign change. @default - whatever is there will do */
      readonly expected?: readonly Endpoint[];
    }
  | {
      readonly kind: 'sample';
      readonly region: string;
      /** Not each look asks what came to each revision: that is long. @default - this one does */
      readonly revisions?: false;
    }
  | {
      readonly kind: 'probe';
      readonly region: string;
      readonly colour: Colour;
      /** As `namespace/name`. @default - every service, as plans of before have it */
      readonly services?: readonly string[];
      /** Where the next probes of the step begin. @default - these are the last */
      readonly next?: number;
    }
  /** Restarts a colour's gateways one by one, so that its keep-alive connections end. */
  | {
      readonly kind: 'drain';
      readonly region: string;
      readonly colour: Colour;
      /** The gateways are restarted once for each mark. */
      readonly mark: string;
    };

/** Writes the whole endpoint group with only our weights changed. */
export interface WeightsCommand {
  readonly kind: 'set-weights';
  readonly region: string;
  /** Endpoint id → weight, for our endpoints. */
  readonly weights: Readonly<Record<string, number>>;
  /** The group as it must be found, or as it is after this command. Anything else is a foreign change. */
  readonly expected: readonly Endpoint[];
  /** Weights of earlier commands whose results are not known: any of them may be found. @default - none */
  readonly announced?: readonly Readonly<Record<string, number>>[];
  readonly direction: 'forward' | 'back';
}

/** The least number of pods that a revision keeps for the time of a cutover. */
export interface Floor {
  readonly colour: Colour;
  readonly namespace: string;
  readonly revision: string;
  readonly pods: number;
  /** The Revision's `min-scale` annotation before. @default - there was none */
  readonly before?: string;
  /** The PodAutoscaler's, where somebody had set another one. @default - the same as the Revision's */
  readonly scaler?: { readonly before?: string };
}

/** A pod whose node is kept where it is. */
export interface HeldPod {
  readonly colour: Colour;
  readonly namespace: string;
  readonly pod: string;
  /** What it said of disruption before. @default - nothing */
  readonly before?: string;
}

/** How far a floor was raised, and how many of its pods were ready then. */
export interface Raised {
  /** `green shop/cart-00001` */
  readonly floor: string;
  readonly asked: number;
  readonly there: number;
}

export const floorText = ({ colour, namespace, revision }: Floor): string =>
  `${colour} ${namespace}/${revision}`;

/** A workload that is handed over, as it was before. */
export interface Singleton extends PlannedSingleton {
  /** Its `.spec.replicas`, or the `.spec.suspend` of a CronJob. */
  readonly before: Readonly<Record<Colour, number | boolean>>;
  /** How many of its pods were ready on the source; 0 for a CronJob. */
  readonly ready: number;
}

/** One look at a region: both colours' counters, the group and the accelerator. */
export interface RegionSample {
  readonly colours: Readonly<Record<Colour, GatewaySample>>;
  readonly endpoints: readonly Endpoint[];
  /** What came to the busiest revisions, by `namespace/name`. @default - nothing tells them apart */
  readonly revisions?: Readonly<Record<Colour, Readonly<Record<string, RevisionTraffic>>>>;
  /** What the load balancers said. @default - nobody measures them */
  readonly balancers?: Readonly<Record<Colour, BalancerReading>>;
  /** What the team's own gates said. @default - there are none, or nobody asks them */
  readonly own?: readonly OwnAnswer[];
}

/** How far the target of a region is behind its source. */
export interface FollowReading {
  /** Whether everything was brought over once. */
  readonly begun: boolean;
  /** Whether the target has everything, but for what is open. */
  readonly level: boolean;
  /** Since when the oldest change waits, in milliseconds; 0 where none does. */
  readonly lagMs: number;
  /** What the target still lacks, the first few. */
  readonly behind: readonly string[];
  /** What cannot come over before a person does something, as clauses, the first few. */
  readonly open: readonly string[];
  /** Objects that were written since it began. */
  readonly written: number;
}

/** What a hook answered. */
export interface HookCall {
  readonly name: string;
  readonly ok: boolean;
  /** What it said, or why it could not be asked, as a clause. */
  readonly text: string;
  readonly ms: number;
}

export interface CommandResults {
  readonly preflight: {
    readonly endpoints: readonly Endpoint[];
    /** What the doctor said that is no pass, and how many checks passed. @default - nobody was asked */
    readonly checks?: { readonly passed: number; readonly others: readonly CheckResult[] };
    /** Something takes nodes away by itself here, so that they are held. @default false */
    readonly movingNodes?: true;
  };
  readonly 'hold-nodes': { readonly held: readonly HeldPod[] };
  readonly 'free-nodes': { readonly freed: number };
  readonly migrate: {
    readonly services: number;
    readonly objects: number;
    readonly waitingFor: readonly string[];
  };
  readonly verify: { readonly services: number; readonly waitingFor: readonly string[] };
  /** `following` is false where the ports cannot: then nothing keeps the target equal. */
  readonly follow: { readonly following: boolean };
  readonly 'follow-status': { readonly following: boolean; readonly reading?: FollowReading };
  readonly 'end-follow': { readonly following: boolean; readonly reading?: FollowReading };
  readonly hook: { readonly step: string; readonly when: HookTime; readonly calls: readonly HookCall[] };
  readonly 'read-floors': { readonly floors: readonly Floor[] };
  readonly 'set-floors': {
    readonly waitingFor: readonly string[];
    /** Of the command's floors. @default - all were raised, as journals of before say */
    readonly raised?: readonly Raised[];
  };
  readonly 'clear-floors': { readonly cleared: number };
  readonly 'set-weights': { readonly endpoints: readonly Endpoint[]; readonly written: boolean };
  readonly 'deployment-status': {
    readonly status: DeploymentStatus;
    readonly endpoints: readonly Endpoint[];
  };
  readonly 'read-singletons': {
    readonly singletons: readonly Singleton[];
    readonly waitingFor: readonly string[];
  };
  readonly 'hand-over': { readonly waitingFor: readonly string[] };
  readonly 'hand-back': { readonly waitingFor: readonly string[] };
  readonly sample: RegionSample;
  readonly probe: {
    readonly probes: readonly ProbeResult[];
    /** Where the next probes of the step begin. @default - these were the last */
    readonly next?: number;
  };
  readonly drain: { readonly colour: Colour; readonly waitingFor: readonly string[] };
}

export type CommandKind = Command['kind'];

/** A command's result, tagged with its kind. */
export type CommandResult = { [K in CommandKind]: { readonly kind: K } & CommandResults[K] }[CommandKind];

/** Commands that change something outside: their intent is durable before they run. */
export const hasEffect = (command: Command): boolean =>
  [
    'hold-nodes',
    'free-nodes',
    'migrate',
    'follow',
    'end-follow',
    'hook',
    'set-floors',
    'clear-floors',
    'set-weights',
    'drain',
    'hand-over',
    'hand-back',
  ].includes(command.kind);

/** A failure as the journal keeps it. */
export interface CommandFailure {
  readonly code: string;
  readonly message: string;
  /** Trying again may help. */
  readonly retry: boolean;
  readonly action?: string;
}
