import {
  type DriftData,
  type DriftSums,
  driftText,
  type LeftData,
  leftText,
  objectText,
  type PlacedObject,
  sumsText,
} from './drift-texts.ts';
import {
  type KeptData,
  keptText,
  type LeftOutData,
  leftOutText,
  type StayedData,
  type SummaryData,
  stayedText,
  summaryText,
} from './rehearsal-texts.ts';

/** Everything that is said to a user. Codes and fields are a contract; `docs/events.md` is generated from here. */

export type Level = 'info' | 'good' | 'warn' | 'error';

interface Definition<D extends object> {
  /** When it is said, for the generated page. */
  readonly summary: string;
  readonly level: Level;
  readonly text: (data: D) => string;
  /** For machines and live views only: a plain log would drown in it. */
  readonly quiet: boolean;
}

const event = <D extends object>(
  summary: string,
  text: (data: D) => string,
  level: Level = 'info',
  quiet = false,
): Definition<D> => ({ summary, level, text, quiet });

export const events = {
  'error.failed': event<{ code: string; message: string; problems: readonly string[]; action?: string }>(
    'the command failed',
    ({ message, code, problems, action }) =>
      [
        `${message} [${code}]`,
        ...problems.map((problem) => `  ${problem}`),
        ...(action ? [`  to do: ${action}`] : []),
      ].join('\n'),
    'error',
  ),
  'services.ignored': event<{ file: string }>(
    'a file in the folder of services is of no kind that is read there',
    ({ file }) =>
      `${file} is left out: services stand in .ts, .mts, .cts, .js, .mjs, .cjs, .yaml, .yml, .json`,
    'warn',
  ),
  'synth.written': event<{ colour: string; files: number; directory: string }>(
    'the manifests of a colour were written',
    ({ colour, files, directory }) => `${colour}: ${files} manifests in ${directory}`,
  ),
  'synth.changed': event<{ file: string; change: 'missing' | 'different' | 'left'; difference?: string }>(
    'a manifest on disk is not what the fleet says',
    ({ file, change, difference }) =>
      [
        `${file} is ${change === 'left' ? 'no longer made (synth --prune takes it away)' : change}`,
        ...(change === 'different' && difference !== undefined ? [difference.trimEnd()] : []),
      ].join('\n'),
    'warn',
  ),
  'synth.foreign': event<{ file: string }>(
    'a file among the manifests was not written by synth, which leaves it alone',
    ({ file }) => `${file} is not ours: kubectl apply -f would take it, the kustomizations do not`,
    'warn',
  ),
  'synth.pruned': event<{ file: string }>(
    'a manifest that the fleet does not make any more was removed',
    ({ file }) => `${file} removed: the fleet does not make it any more`,
  ),
  'synth.argo-cd': event<{ applications: number; file: string }>(
    'the ApplicationSet of Argo CD was written',
    ({ applications, file }) => `Argo CD: ${applications} applications in ${file}`,
  ),
  'synth.unchanged': event<{ directory: string }>(
    'the manifests on disk are what the fleet says',
    ({ directory }) => `${directory} is up to date`,
    'good',
  ),
  'diff.comparing': event<{ colour: string; region: string; cluster: string; objects: number }>(
    'a colour is being compared with its cluster',
    ({ colour, region, cluster, objects }) =>
      `comparing ${objects} objects of ${colour} in ${region} with the cluster ${cluster}`,
  ),
  'diff.progress': event<{ colour: string; region: string; compared: number; of: number }>(
    'how far a long comparison is',
    ({ compared, of, colour, region }) => `${compared} of ${of} objects of ${colour} in ${region} compared`,
  ),
  'diff.object': event<DriftData>(
    'applying an object now would change the cluster, or fail',
    driftText,
    'warn',
  ),
  'diff.same': event<PlacedObject & { component: string }>(
    'an object on the cluster is as defined (only with --json)',
    (data) => `${objectText(data)} is as defined`,
    'info',
    true,
  ),
  'diff.left': event<LeftData>(
    'an object on the cluster was made for the fleet and is not in its definition any more',
    leftText,
    'warn',
  ),
  'diff.unlisted': event<{ colour: string; region: string; kind: string; why: string }>(
    'objects of a kind could not be listed, so what left the definition is not known for sure',
    ({ kind, why, colour, region }) => `${kind} of ${colour} in ${region} not looked through: ${why}`,
    'warn',
  ),
  'diff.finished': event<DriftSums>('a colour was compared with its cluster', sumsText),
  'prune.nothing': event<{ colour: string; regions: readonly string[] }>(
    'nothing on the clusters of a colour left the definition',
    ({ colour, regions }) => `nothing of ${colour} in ${regions.join(', ')} left the definition`,
    'good',
  ),
  'prune.pending': event<{ colour: string; objects: number; next: string }>(
    'objects that left the definition are still there: nobody asked for their deletion, or they were kept',
    ({ objects, next }) => `${objects} ${objects === 1 ? 'object' : 'objects'} still there; ${next}`,
    'warn',
  ),
  'prune.watching': event<{ colour: string; seconds: number }>(
    'the gateways of a colour are watched for requests before something is deleted',
    ({ colour, seconds }) => `watching for ${seconds} s whether ${colour} gets requests`,
  ),
  'prune.deleted': event<PlacedObject>(
    'an object that left the definition was deleted',
    (data) => `${objectText(data)} deleted`,
    'good',
  ),
  'prune.kept': event<PlacedObject & { why: string }>(
    'an object that left the definition was not deleted',
    (data) => `${objectText(data)} kept: ${data.why}`,
    'warn',
  ),
  'plan.made': event<{
    plan: string;
    digest: string;
    from: string;
    to: string;
    services: number;
    steps: readonly string[];
    file: string;
  }>(
    'a cutover plan was written',
    ({ from, to, services, steps, file, digest }) =>
      `plan: ${services} services from ${from} to ${to} in ${steps.length} steps, written to ${file} (${digest.slice(0, 19)}…)`,
  ),
  'cutover.started': event<{ plan: string; from: string; to: string; steps: readonly string[] }>(
    'a cutover began',
    ({ plan, from, to }) => `cutover ${plan}: from ${from} to ${to}`,
  ),
  'cutover.resumed': event<{
    plan: string;
    from: string;
    to: string;
    steps: readonly string[];
    records: number;
    step: string | null;
    index: number;
  }>('a cutover goes on from its journal', ({ plan, records, step }) =>
    step === null
      ? `cutover ${plan} goes on after ${records} records`
      : `cutover ${plan} goes on after ${records} records, in ${step}`,
  ),
  'cutover.step': event<{
    step: string;
    kind: string;
    region: string;
    index: number;
    of: number;
    share?: number;
  }>(
    'a step was entered',
    ({ step, index, of, share }) =>
      `step ${index} of ${of}: ${step}${share === undefined ? '' : ` (${share} % to the target)`}`,
  ),
  'cutover.waiting': event<{ reason: string }>(
    'the engine waits for something (only in live views and with --json)',
    ({ reason }) => `waiting for ${reason}`,
    'info',
    true,
  ),
  'cutover.migrated': event<{ region: string; services: number; objects: number }>(
    'the services were recreated on the target',
    ({ services, objects, region }) =>
      `${services} services recreated in ${region} (${objects} objects written)`,
  ),
  'cutover.verified': event<{ region: string; services: number }>(
    'every service of the target is ready and serves what the source serves',
    ({ services, region }) => `${services} services verified in ${region}`,
    'good',
  ),
  'cutover.floors': event<{ region: string; floors: number; pods: number }>(
    'the floors have their pods',
    ({ floors, pods, region }) => `${floors} floors hold ${pods} pods in ${region}`,
  ),
  'cutover.weights': event<{ region: string; weights: Readonly<Record<string, number>>; direction: string }>(
    'the weights were written and read back',
    ({ weights, region }) =>
      `weights in ${region}: ${Object.entries(weights)
        .map(([colour, weight]) => `${colour} ${weight}`)
        .join(', ')}`,
  ),
  'cutover.deployed': event<{ region: string }>(
    'the accelerator has taken the change',
    ({ region }) => `the change is deployed in ${region}`,
  ),
  'cutover.gates': event<{
    step: string;
    verdict: string;
    gates: readonly {
      gate: string;
      verdict: string;
      value?: number;
      limit: number;
      unit: string;
      samples: number;
      text: string;
    }[];
  }>('the gates of a step were judged', ({ step, verdict, gates }) =>
    [
      `gates of ${step}: ${verdict}`,
      ...gates.map(({ gate, verdict, text }) => `  ${verdict.padEnd(12)} ${gate}: ${text}`),
    ].join('\n'),
  ),
  'cutover.drained': event<{ region: string; colour: string }>(
    'a colour has no old connections any more',
    ({ colour, region }) => `the gateways of ${colour} in ${region} are drained`,
  ),
  'cutover.command-failed': event<{ command: string; code: string; message: string; retry: boolean }>(
    'a command of the engine failed',
    ({ command, message, code, retry }) =>
      `${command} failed: ${message} [${code}]${retry ? '; trying again' : ''}`,
    'warn',
  ),
  'cutover.rolling-back': event<{ cause: string; text: string; step?: string }>(
    'the cutover goes back',
    ({ text }) => `rolling back: ${text}`,
    'warn',
  ),
  'cutover.held': event<{ code: string; text: string; next: string }>(
    'the cutover stopped where it is',
    ({ text, next, code }) => `held: ${text} [${code}]\n  to go on: ${next}`,
    'warn',
  ),
  'cutover.ended': event<{ outcome: string; plan: string; next?: string }>(
    'the cutover ended',
    ({ outcome, next }) => `cutover ${outcome}${next === undefined ? '' : `; ${next}`}`,
    'good',
  ),
  'cutover.unchanged': event<{ plan: string; status: string }>(
    'there was nothing to do: the cutover had come to its end before',
    ({ plan, status }) => `nothing to do: cutover ${plan} is ${status} already`,
  ),
  'cutover.interrupted': event<{ plan: string; next: string }>(
    'the process was asked to stop',
    ({ next }) => `stopped before the next step; to go on: ${next}`,
    'warn',
  ),
  'status.fleet': event<{
    fleet: string;
    live: string | null;
    regions: readonly {
      region: string;
      blue: number;
      green: number;
      deployment: string;
      health: Readonly<Record<string, string>>;
    }[];
  }>('the weights as they are now', ({ fleet, live, regions }) =>
    [
      live === null
        ? `fleet ${fleet}: both colours carry the same weight`
        : `fleet ${fleet}: ${live} is live`,
      ...regions.map(
        ({ region, blue, green, deployment, health }) =>
          `  ${region}: blue ${blue} (${health.blue ?? '?'}), green ${green} (${health.green ?? '?'}), ${deployment}`,
      ),
    ].join('\n'),
  ),
  'status.cutover': event<{
    plan: string;
    status: string;
    step: string | null;
    held: string | null;
    next: string | null;
    lease: string | null;
  }>('the last cutover as its journal tells it', ({ plan, status, step, held, next, lease }) =>
    [
      `cutover ${plan}: ${status}${step === null ? '' : `, in ${step}`}${held === null ? '' : `, held: ${held}`}`,
      ...(lease === null ? [] : [`  the lease is held by ${lease}`]),
      ...(next === null ? [] : [`  next: ${next}`]),
    ].join('\n'),
  ),
  'status.none': event<{ fleet: string }>(
    'there is no cutover yet',
    () => 'there is no cutover yet; make a plan with `zeroshift plan`',
  ),
  'rollback.asked': event<{ plan: string; holder: string }>(
    'a running cutover was asked to roll back',
    ({ holder }) => `${holder} rolls back; \`zeroshift status\` tells when it is done`,
  ),
  'rehearsal.starting': event<{
    directory: string;
    fault: string | null;
    contexts?: Readonly<Record<'blue' | 'green', string>>;
  }>(
    'the parts of a rehearsal are being started',
    ({ directory, fault, contexts }) =>
      `rehearsing a blue/green cutover on ${contexts === undefined ? 'this machine' : `the clusters of ${contexts.blue} and ${contexts.green}`}${fault === null ? '' : `, with the fault ${fault}`}; everything is written to ${directory}`,
  ),
  'rehearsal.left-out': event<LeftOutData>(
    'what the fleet says and a rehearsal leaves out',
    leftOutText,
    'warn',
  ),
  'rehearsal.ready': event<{ services: number; accelerator: string; seconds: number }>(
    'accelerator, clusters and services are up',
    ({ services, accelerator, seconds }) =>
      `accelerator on ${accelerator}, two clusters, ${services} services ready on blue after ${seconds.toFixed(1)} s`,
  ),
  'rehearsal.load': event<{ rate: number; seed: number; targets: number }>(
    'the load began',
    ({ rate, seed, targets }) =>
      `load: ${rate} requests a second on ${targets} addresses, open loop, seed ${seed}`,
  ),
  'rehearsal.fault': event<{ fault: string; text: string }>(
    'a fault was put in',
    ({ text }) => `fault: ${text}`,
    'warn',
  ),
  'rehearsal.second': event<{
    t: number;
    sent: number;
    answered: number;
    lost: number;
    blue: number;
    green: number;
    p50: number | null;
    p99: number | null;
    totals: { sent: number; lost: number };
  }>(
    'one second of the load, and what it came to so far (only with --json)',
    ({ t, sent, lost, blue, green }) =>
      `${t} s: ${sent} requests, blue ${blue}, green ${green}, lost ${lost}`,
    'info',
    true,
  ),
  'rehearsal.cleaned': event<{
    cluster: string;
    what: 'leftovers' | 'made';
    removed: number;
    left: readonly string[];
  }>('what a rehearsal made in a cluster was taken away', ({ cluster, what, removed, left }) =>
    [
      what === 'leftovers'
        ? `${cluster}: took away ${removed} objects that an earlier rehearsal left`
        : `${cluster}: took away ${removed} objects that the rehearsal made`,
      ...left.map((object) => `  still there: ${object}`),
    ].join('\n'),
  ),
  'rehearsal.kept': event<KeptData>('the rehearsal stays up', keptText),
  'rehearsal.stayed': event<StayedData>('a rehearsal that stayed up ended', stayedText, 'good'),
  'rehearsal.finished': event<SummaryData>(
    'the rehearsal ended; the last event, unless it stays up',
    summaryText,
    'good',
  ),
} as const;

export type EventCode = keyof typeof events;
export type EventData<K extends EventCode> = (typeof events)[K] extends Definition<infer D> ? D : never;

/** One thing that was said. */
export type SaidEvent<K extends EventCode = EventCode> = K extends EventCode
  ? { readonly event: K; readonly at: string; readonly level: Level } & EventData<K>
  : never;

/** Says something: the code and its fields. */
export type Say = <K extends EventCode>(code: K, data: EventData<K>) => void;

/** An event as a person reads it. */
export const eventText = (said: SaidEvent): string =>
  (events[said.event].text as (data: SaidEvent) => string)(said);
