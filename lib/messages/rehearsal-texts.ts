/** What a rehearsal says when it stays up and when it has ended, as data and as text. */

/** `1 object`, `2 objects`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** A share as it arrived, in percent; null where nothing did. */
export interface ArrivedShare {
  readonly step: string;
  /** Percent of new flows that the target was given. */
  readonly asked: number;
  readonly flows: Readonly<Record<'blue' | 'green', number>> | null;
  readonly requests: Readonly<Record<'blue' | 'green', number>> | null;
}

/** Milliseconds; null where nothing was answered. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Where a rehearsal wrote what it made. */
export interface Paths {
  readonly plan: string;
  readonly journal: string;
  readonly runbook: string;
  readonly report: string;
}

const shown = (latency: Latency | null): string =>
  latency === null
    ? 'nothing answered'
    : `p50 ${latency.p50.toFixed(0)} ms, p95 ${latency.p95.toFixed(0)} ms, p99 ${latency.p99.toFixed(0)} ms`;

/** What of a fleet is not rehearsed. */
export interface LeftOutData {
  objects: readonly string[];
  /** Of the entrance. */
  ports: readonly number[];
}

/** More names than this hide what is said. */
const mostNames = 10;

export const leftOutText = ({ objects, ports }: LeftOutData): string => {
  const more = objects.length - mostNames;
  const named = [...objects.slice(0, mostNames), ...(more > 0 ? [`${more} more`] : [])];
  return `not rehearsed: ${[
    ...(objects.length === 0 ? [] : [`plain workloads and what belongs to them (${named.join(', ')})`]),
    ...(ports.length === 0
      ? []
      : [`the entrance's ${ports.length === 1 ? 'port' : 'ports'} ${ports.join(', ')}`]),
  ].join(', and ')}`;
};

/** What the load came to while a rehearsal stayed up, and again what the rehearsal itself was. */
export interface StayedData {
  /** While it stayed up. */
  requests: number;
  lost: number;
  lostBy: readonly string[];
  services: number;
  steps: number;
  exit: number;
}

export const stayedText = ({ requests, lost, lostBy }: StayedData): string =>
  `while it stayed up: ${counted(requests, 'request')} sent, ${lost} lost${lostBy.length === 0 ? '' : ` (${lostBy.join(', ')})`}`;

/** How to use a rehearsal that stays up. */
export interface KeptData {
  rate: number;
  minutes: number;
  kubeconfigs: Readonly<Record<string, string>>;
  contexts: Readonly<Record<string, string>>;
  accelerator: Readonly<Record<string, string>>;
  entrances: Readonly<Record<string, string>>;
  controlPlane: string;
  locator: string;
  state: string;
  fleet: string;
  hosts: readonly string[];
}

/** Where something ran that may run on one colour only, as it was seen. */
export interface SingletonRun {
  /** `Deployment shop/settlement` */
  readonly name: string;
  /** How often it was looked for, and how often it was on both colours. */
  readonly looks: number;
  readonly both: number;
  /** The colours that it ran on, one after the other. */
  readonly path: readonly string[];
  /** The longest time that it ran nowhere. */
  readonly pauseSeconds: number;
}

const singletonText = ({ name, looks, both, path, pauseSeconds }: SingletonRun): string =>
  both === 0
    ? `  singleton          ${name} ran once: on ${path.join(', then on ') || 'no colour'}, never on both (${looks} looks), with a pause of ${pauseSeconds.toFixed(1)} s`
    : `  singleton          ${name} RAN TWICE: on both colours in ${both} of ${looks} looks`;

/** What a rehearsal came to. */
export interface SummaryData {
  requests: number;
  answered: number;
  lost: number;
  services: number;
  steps: number;
  outcome: string;
  latency: Readonly<Record<'before' | 'during' | 'after', Latency | null>>;
  shares: readonly ArrivedShare[];
  lostBy: readonly string[];
  rollback: { gate: string; text: string; lastErrorSeconds: number | null } | null;
  /** What may run on one colour only. @default - the fleet has nothing of the kind */
  singletons?: readonly SingletonRun[];
  /** Without what comes after it. */
  seconds: number;
  /** What was made in clusters is taken away after this. */
  cleans: boolean;
  paths: Paths;
  exit: number;
}

export function keptText(kept: KeptData): string {
  const port = Object.keys(kept.accelerator)[0] ?? '80';
  return [
    `the rehearsal stays up until you press Ctrl-C, with ${kept.rate} requests a second for at most ${kept.minutes} minutes; from another terminal:`,
    ...Object.entries(kept.kubeconfigs).map(
      ([colour, file]) => `  kubectl --kubeconfig ${file} --context ${kept.contexts[colour]} get ksvc -A`,
    ),
    `  curl -H 'Host: ${kept.hosts[0] ?? 'HOST'}' http://${kept.accelerator[port]}/`,
    ...Object.entries(kept.entrances).map(
      ([colour, address]) => `  entrance of ${colour}: http://${address}/`,
    ),
    `  npx zeroshift status --fleet ${kept.fleet} --locator ${kept.locator} --state ${kept.state}`,
    `  (plan, cutover, rollback and finalize take the same three options)`,
    `  npx zeroshift try --colour green ${kept.hosts[0] ?? 'HOST'} --fleet ${kept.fleet} --locator ${kept.locator}`,
    `  npx zeroshift diff --colour green --fleet ${kept.fleet} --locator ${kept.locator}`,
    `  (inventory takes the same three options, prune --state as well)`,
  ].join('\n');
}

const percent = (share: ArrivedShare['flows']): string =>
  share === null ? 'nothing arrived' : `blue ${share.blue.toFixed(1)} %, green ${share.green.toFixed(1)} %`;

export function summaryText(summary: SummaryData): string {
  const width = Math.max(0, ...summary.shares.map(({ step }) => step.length));
  return [
    `rehearsal: ${summary.outcome}`,
    `  services moved     ${summary.services}`,
    `  steps taken        ${summary.steps}`,
    `  requests sent      ${summary.requests}`,
    `  requests lost      ${summary.lost}${summary.lostBy.length === 0 ? '' : ` (${summary.lostBy.join(', ')})`}`,
    `  latency before     ${shown(summary.latency.before)}`,
    `  latency during     ${shown(summary.latency.during)}`,
    `  latency after      ${shown(summary.latency.after)}`,
    '  share that arrived, of new flows and of requests',
    ...summary.shares.map(
      ({ step, asked, flows, requests }) =>
        `    ${step.padEnd(width)}  asked ${String(asked).padStart(4)} %   flows ${percent(flows)}   requests ${percent(requests)}`,
    ),
    ...(summary.rollback === null
      ? []
      : [
          `  rolled back by     ${summary.rollback.gate}: ${summary.rollback.text}`,
          `  green's last error ${summary.rollback.lastErrorSeconds === null ? 'before the decision' : `${summary.rollback.lastErrorSeconds.toFixed(1)} s after the decision`}`,
        ]),
    ...(summary.singletons ?? []).map(singletonText),
    `  took               ${summary.seconds.toFixed(1)} s${summary.cleans ? ', and now what was made is taken away' : ''}`,
    `  plan               ${summary.paths.plan}`,
    `  journal            ${summary.paths.journal}`,
    `  runbook            ${summary.paths.runbook}`,
    `  report             ${summary.paths.report}`,
  ].join('\n');
}
