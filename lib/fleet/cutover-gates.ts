import type { Duration, DurationText } from './duration.ts';

/** What the target must prove at each share. */

/** Where a bearer token is found when it is needed: in a variable of the environment, or alone in a file. */
export type TokenPlace = { readonly env: string } | { readonly file: string };

/** What of a team's own gate is in a plan: what it asks may hold what nobody else may know. */
interface OwnGateParts {
  /** Each once. */
  readonly name: string;
  /** A command and its arguments; no shell reads them. Exit code 0 passes. Exactly one of `run`, `url` and `prometheus`. */
  readonly run?: readonly string[];
  /** Is sent a GET; a status of 200 to 299 passes. `{region}`, `{from}` and `{to}` are replaced in it. */
  readonly url?: string;
  /** With `url`: JSON Pointer to a number in the answer, such as `/data/errors`, that is held against the limit. */
  readonly pointer?: string;
  /** A server and a query with one number as its answer. `{region}`, `{from}` and `{to}` are replaced in the query. */
  readonly prometheus?: { readonly url: string; readonly query: string; readonly token?: TokenPlace };
  /** Least number that passes. */
  readonly least?: number;
  /** Greatest number that passes. */
  readonly most?: number;
}

/** A gate of the team's own, asked with every sample. */
export interface OwnGate extends OwnGateParts {
  readonly timeout: Duration;
}

export interface OwnGateInput extends OwnGateParts {
  /** Without an answer by then it is inconclusive. @default 10s, at most 1m */
  readonly timeout?: DurationText;
}

/** The probes of services that are too quiet for statistics. */
export interface QuietProbes {
  /** Greatest number of probes that begin in a second. */
  readonly perSecond: number;
  /** Greatest number of services that are probed once a step in a region. */
  readonly most: number;
}

/** Where the gateways' statistics are read: a Prometheus server that scrapes them. */
export interface GatewaySource {
  /** Of the server; a user and a password in it are sent as such. */
  readonly url: string;
  /** Matchers that choose one colour's gateways; `{region}` and `{colour}` are replaced: `cluster="shop-{colour}"`. */
  readonly selector: string;
  /** Label that tells one gateway from another. @default 'pod' */
  readonly by?: string;
  /** Sent as a bearer token. @default - none */
  readonly token?: TokenPlace;
}

export interface Gates {
  /** Chance that the gates of a whole plan take chance for a fault once, 0–1. */
  readonly falseAlarm: number;
  /** Least success rate of the target's requests, 0–1. */
  readonly minSuccessRate: number;
  /** Greatest part of errors of the target as a multiple of the source's at the same time. */
  readonly maxErrorRatio: number;
  /** Up to this part of errors passes whatever the ratio says, 0–1. */
  readonly errorFloor: number;
  /** Greatest p99 of the target as a multiple of the source's at the same time. */
  readonly maxLatencyRatio: number;
  /** p99 up to here passes whatever the ratio says. */
  readonly latencyFloor: Duration;
  /** Greatest distance, in percentage points, between the share that arrived and the share that was asked for. */
  readonly shareTolerance: number;
  /** Fewer requests than this at the target are inconclusive. */
  readonly minSamples: number;
  /** Quiet services are probed, or not. */
  readonly probes: QuietProbes | 'off';
  /** Who says how the load balancers are. */
  readonly balancers: 'cloudwatch' | 'off';
  /** @default - the gateways themselves, through the API server */
  readonly prometheus?: GatewaySource;
  readonly own: readonly OwnGate[];
}

export interface GatesInput {
  /** Chance that the gates of a whole plan take chance for a fault once, 0.000001 to 0.5. @default 0.01 */
  readonly falseAlarm?: number;
  /** Least success rate of the target's requests, 0 to 1. @default 0.999 */
  readonly minSuccessRate?: number;
  /** Greatest part of errors of the target as a multiple of the source's at the same time, 1 to 100. @default 2 */
  readonly maxErrorRatio?: number;
  /** Up to this part of errors passes whatever the ratio says, 0 to 1. @default 0.0005 */
  readonly errorFloor?: number;
  /** Greatest p99 of the target as a multiple of the source's at the same time, 1 to 100. @default 1.5 */
  readonly maxLatencyRatio?: number;
  /** p99 up to here passes whatever the ratio says, at most 10m. @default 50ms */
  readonly latencyFloor?: DurationText;
  /** Greatest distance, in percentage points, between the share that arrived and the one asked for, 0 to 100. @default 10 */
  readonly shareTolerance?: number;
  /** Fewer requests than this at the target are inconclusive, 1 to 1 000 000. @default 100 */
  readonly minSamples?: number;
  /** Quiet services are probed from zero once a step; a service says no by `zeroshift.dev/probe: "false"`. @default 4 a second, 1 000 a step */
  readonly probes?: Partial<QuietProbes> | 'off';
  /** Who says how the load balancers are: resets and unhealthy targets. @default 'cloudwatch' */
  readonly balancers?: 'cloudwatch' | 'off';
  /** A Prometheus server that scrapes the gateways. @default - they are read themselves, through the API server */
  readonly prometheus?: GatewaySource;
  /** Gates of the team's own. @default - none */
  readonly own?: readonly OwnGateInput[];
}
