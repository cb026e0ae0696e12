import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterPort } from '../clusters/cluster-port.ts';
import type { CutoverPlan, CutoverPorts, CutoverState, JournalRecord } from '../cutover/index.ts';
import type { ColourPorts } from '../cutover/ports.ts';
import { type Colour, colours, type Fleet, type Locator } from '../fleet/index.ts';
import { type ExitCode, exitCodes, type Say, type SummaryData, ZeroshiftError } from '../messages/index.ts';
import { readInventory } from '../migration/index.ts';
import { checkRehearsable } from './check-fleet.ts';
import { type ChosenContexts, openContexts, ownOnly, ownSelector, withPodTimes } from './contexts/index.ts';
import { type RehearsedCutover, runRehearsedCutover } from './cutover-run.ts';
import type { Fault } from './fault.ts';
import { makeRehearsalFolder } from './folder.ts';
import { followLoad } from './follow-load.ts';
import { reasonOf, unlessInterrupted } from './interrupted.ts';
import {
  type LoadResult,
  type LoadRun,
  type LoadTarget,
  type PlainLoadOptions,
  speaksHttp2,
} from './load/index.ts';
import { loadTargets } from './load-targets.ts';
import { notRehearsed } from './not-rehearsed.ts';
import { pause } from './pause.ts';
import { rehearsalFleet } from './rehearsal-fleet.ts';
import type { ReportEvent } from './report/index.ts';
import { seedReferred, seedServices, seedServing } from './seed-services.ts';
import { followSingletons, singletonsOf } from './singletons.ts';
import { type StartPart, startWorld, type World } from './world/index.ts';
import { lostTexts, summaryOf, writeReport } from './write-report.ts';

export interface RehearsalProps {
  readonly fleet: Fleet;
  /** Everything is written here. */
  readonly directory: string;
  readonly seed: number;
  /** @default - none */
  readonly fault?: Fault;
  readonly start: StartPart;
  /** The clusters to rehearse on. @default - clusters of the rehearsal's own */
  readonly contexts?: ChosenContexts;
  /** The real adapters. */
  readonly connect: (locator: Locator, fleet: Fleet) => Promise<CutoverPorts>;
  readonly say: Say;
  /** Told of every record of the cutover. */
  readonly onRecord: (plan: CutoverPlan, record: JournalRecord, state: CutoverState) => void;
  /** Told what the engine waits for. */
  readonly onWait: (reason: string) => void;
  /** What was said until now, for the report. */
  readonly said: () => readonly ReportEvent[];
  /** Told how the world is used once the cutover is over; it stays up, under load, until the signal. @default - it ends */
  readonly keep?: (world: World, hosts: readonly string[], load: typeof keptLoad) => void;
  /** Ends the rehearsal early. */
  readonly signal: AbortSignal;
}

/** Requests a second, how many there are at least (10,000, and what chance may take from it), and what ends them. */
const ownLoad = { rate: 250, least: 10_500, maxRequests: 60_000, maxDurationMs: 180_000 };
/** Real pods answer them, and start and end at their own pace, beside each other on whatever machine this is. */
const podLoad = { rate: 100, least: 5_000, maxRequests: 120_000, maxDurationMs: 1_200_000 };
/** Part of the requests that go over HTTP/2 where the gateways take it, and milliseconds for them to say that they do. */
const podHttp2Share = 0.25;
const http2Patience = 3_000;
/** Milliseconds of load before the cutover, and at least after it. */
const around = 4_000;
/** Milliseconds that what is under way has to end by itself when the rehearsal is to end. */
const grace = 2_500;
/** Seconds that pods take to end, and what they belong to with them. */
const cleaningSeconds = 40;

/**
 * A whole cutover on one machine, or on two clusters that exist. The last thing that is said is `rehearsal.finished`, but
 * for what was taken away from clusters that exist.
 * @throws ZeroshiftError `rehearsal.fleet`, `rehearsal.folder-used`, `rehearsal.interrupted`, `rehearsal.part-failed`,
 * `load.failed`, and for clusters that exist what `openContexts` throws, `rehearsal.not-ours` and `rehearsal.no-fault`
 */
export async function rehearse(props: RehearsalProps): Promise<ExitCode> {
  const { directory, say, seed, start } = props;
  const startedAt = Date.now();
  checkRehearsable(props.fleet);
  const fleet = rehearsalFleet(props.fleet);
  const undoFolder = await makeRehearsalFolder(directory);
  say('rehearsal.starting', {
    directory,
    fault: props.fault ?? null,
    ...(props.contexts && { contexts: props.contexts.contexts }),
  });
  const left = notRehearsed(props.fleet);
  if (left !== undefined) say('rehearsal.left-out', left);
  const ending = new AbortController();
  const end = (reason?: unknown): void => ending.abort(reason);
  const cleans = props.contexts !== undefined && props.keep === undefined;
  const sayEnding = (why: string, again: boolean): void =>
    say('rehearsal.ending', { why, again, seconds: cleans ? cleaningSeconds : null });
  let staying = false;
  const interrupted = (): void => {
    // Staying up is meant to end like this.
    if (!staying) sayEnding('interrupted', true);
    end();
  };
  if (props.signal.aborted) interrupted();
  props.signal.addEventListener('abort', interrupted, { once: true });
  const { signal } = ending;
  try {
    const leave = props.keep !== undefined;
    const world = await startWorld({
      fleet,
      directory,
      seed,
      live: 'blue',
      start,
      signal,
      ...(props.contexts && { clusters: openContexts({ ...props.contexts, start, leave, say }) }),
    }).catch(async (error: unknown) => {
      await undoFolder();
      throw signal.aborted ? reasonOf(signal) : error;
    });
    world.failed.addEventListener('abort', () => end(world.failed.reason), { once: true });
    try {
      const running: Running = { ...props, fleet, world, startedAt, signal, end };
      const done = await unlessInterrupted(runInWorld(running), signal, grace);
      if (props.keep !== undefined) {
        staying = true;
        await stayUp(running, done, props.keep);
      }
      return done.summary.exit as ExitCode;
    } catch (error) {
      // Why it ends is known before all is taken away.
      if (cleans && !props.signal.aborted)
        sayEnding(error instanceof Error ? error.message : String(error), false);
      throw error;
    } finally {
      await world.close();
    }
  } finally {
    props.signal.removeEventListener('abort', interrupted);
  }
}

/** A rehearsal whose world is up. `signal`: given when it is to end, whoever or whatever asked for it with `end`. */
interface Running extends RehearsalProps {
  readonly world: World;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly end: (reason: unknown) => void;
}

interface Done {
  readonly summary: SummaryData;
  /** Where the load goes. */
  readonly address: string;
  readonly targets: readonly LoadTarget[];
}

async function runInWorld(given: Running): Promise<Done> {
  const { world, directory, say, seed, startedAt, signal } = given;
  const ports = await portsInto(world, given);
  const clusters = Object.values(ports.regions).flatMap(({ blue, green }) => [blue.cluster, green.cluster]);
  const fleet = world.foreign ? await withPodTimes(given.fleet, clusters) : given.fleet;
  const running = { ...given, fleet };
  const targets = await unlessInterrupted(seedWorld(running, ports), signal, grace);
  const { addresses } = world.locator.accelerator;
  const address = addresses['80'] ?? addresses['443'] ?? '';
  const services = new Set(targets.map(({ service }) => service)).size;
  say('rehearsal.ready', { services, accelerator: address, seconds: (Date.now() - startedAt) / 1000 });
  const { rate, least, ...bounds } = world.foreign ? podLoad : ownLoad;
  // The rehearsal's own gateways do not; real ones do, and such sessions are the last to leave a colour.
  const http2Share = world.foreign && (await speaksHttp2(address, http2Patience)) ? podHttp2Share : 0;
  const load = await startTheLoad(running, { address, targets, rate, seed, http2Share, ...bounds });
  say('rehearsal.load', { rate, seed, targets: targets.length });
  const following = followLoad(load, say);
  const followed = followSingletons(regionOf(ports, world), singletonsOf(fleet));
  let run: RehearsedCutover;
  try {
    await pause(around, signal);
    run = await runRehearsedCutover(running, world, ports, load);
    load.setPhase('after');
    const missing = least - load.snapshot().totals.scheduled;
    await pause(Math.max(around, (missing / rate) * 1000), signal);
  } finally {
    load.stop();
    following.stop();
    followed.end();
  }
  const result = await load.finished;
  const singletons = await followed.runs;
  const twice = singletons.some(({ both }) => both > 0);
  const exit = twice ? exitCodes.error : exitOf(run, result, running.fault);
  const paths = await writeReport({ run, result, exit, startedAt, directory, events: running.said() });
  const summary: SummaryData = {
    ...summaryOf(run, result, paths, exit, {
      startedAt,
      cleans: world.foreign && running.keep === undefined,
    }),
    ...(singletons.length === 0 ? {} : { singletons }),
  };
  say('rehearsal.finished', summary);
  return { summary, address, targets };
}

/** Starts a load whose own end before its time ends the rehearsal. */
async function startTheLoad({ start, end, world }: Running, options: PlainLoadOptions): Promise<LoadRun> {
  const load = await start.load({ ...options, flowMemory: world.flowMemory });
  load.finished.catch(end);
  return load;
}

/** The load of a world that stays up: enough to see a second cutover by hand, and bounded. */
const keptLoad = { rate: 100, maxRequests: 180_000, maxDurationMs: 1_800_000 };

/** Keeps the world up, under load, until the signal, and says what came of it. */
async function stayUp(
  running: Running,
  { address, targets, summary }: Done,
  keep: NonNullable<RehearsalProps['keep']>,
): Promise<void> {
  const { world, seed, signal, say } = running;
  const load = await startTheLoad(running, { address, targets, seed: seed + 4, ...keptLoad });
  keep(
    world,
    targets.map(({ host }) => host),
    keptLoad,
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  load.stop();
  // A part that failed ends it with an error; Ctrl-C is how it is meant to end.
  if (signal.reason instanceof ZeroshiftError) throw signal.reason;
  await Promise.race([load.finished, delay(grace, undefined, { ref: false })]);
  const { totals, phase } = load.snapshot();
  const { services, steps, exit } = summary;
  say('rehearsal.stayed', {
    requests: totals.scheduled,
    lost: totals.lost,
    lostBy: lostTexts(phase.lostByReason),
    services,
    steps,
    exit,
  });
}

/** The ports to a world; in clusters that exist, what is written is marked as the rehearsal's. */
export async function portsInto(
  world: World,
  { connect, fleet, signal }: Pick<RehearsalProps, 'connect' | 'fleet' | 'signal'>,
): Promise<CutoverPorts> {
  const ports = await connect(world.locator, fleet);
  if (!world.foreign) return ports;
  const marked = (colour: ColourPorts): ColourPorts => ({
    ...colour,
    cluster: ownOnly(colour.cluster, fleet.name, signal),
  });
  const regions = Object.entries(ports.regions).map(
    ([region, { blue, green }]): [string, Record<Colour, ColourPorts>] => [
      region,
      { blue: marked(blue), green: marked(green) },
    ],
  );
  const { rules } = ports;
  return {
    ...ports,
    // What others have in these clusters does not move.
    rules: async () => ({ ...(await rules()), selector: ownSelector(fleet.name) }),
    regions: Object.fromEntries(regions),
  };
}

/** Both colours of the rehearsal's region. */
function regionOf(ports: CutoverPorts, world: World): Readonly<Record<Colour, ClusterPort>> {
  const { blue, green } = ports.regions[world.locator.regions[0]?.region ?? ''] ?? {};
  if (blue === undefined || green === undefined)
    throw new ZeroshiftError('the locator has no region', { code: 'locator.no-region', source: 'zeroshift' });
  return { blue: blue.cluster, green: green.cluster };
}

/** Brings both colours to where a cutover begins: Serving on both, the services on blue. */
export async function seedWorld(
  { fleet, world, say, signal }: Pick<RehearsalProps, 'fleet' | 'say' | 'signal'> & { readonly world: World },
  ports: CutoverPorts,
): Promise<LoadTarget[]> {
  const region = ports.regions[world.locator.regions[0]?.region ?? ''];
  if (region === undefined)
    throw new ZeroshiftError('the locator has no region', { code: 'locator.no-region', source: 'zeroshift' });
  await Promise.all(
    colours.map(async (colour) => {
      // Clusters that exist are configured by whoever owns them.
      if (!world.foreign) await seedServing(region[colour].cluster, fleet, colour);
      await seedReferred(region[colour].cluster, fleet, colour);
    }),
  );
  await seedServices(region.blue.cluster, fleet, 'blue', {
    signal,
    onWaiting: (waiting) => say('rehearsal.waiting', waiting),
  });
  return loadTargets(await readInventory(region.blue.cluster), fleet.rehearsal.load);
}

/** A rehearsal without a fault that lost a request has failed, whatever the gates said. */
const exitOf = (run: RehearsedCutover, result: LoadResult, fault: Fault | undefined): ExitCode =>
  run.exit === exitCodes.done && fault === undefined && result.totals.lost > 0 ? exitCodes.error : run.exit;
