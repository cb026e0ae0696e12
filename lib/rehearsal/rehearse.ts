import { setTimeout as delay } from 'node:timers/promises';
import type { CutoverPlan, CutoverPorts, CutoverState, JournalRecord } from '../cutover/index.ts';
import type { Fleet, Locator } from '../fleet/index.ts';
import { type ExitCode, exitCodes, type Say, type SummaryData, ZeroshiftError } from '../messages/index.ts';
import { readInventory } from '../migration/index.ts';
import { checkRehearsable } from './check-fleet.ts';
import { type RehearsedCutover, runRehearsedCutover } from './cutover-run.ts';
import type { Fault } from './fault.ts';
import { makeRehearsalFolder } from './folder.ts';
import { followLoad } from './follow-load.ts';
import { reasonOf, unlessInterrupted } from './interrupted.ts';
import type { LoadResult, LoadRun, LoadTarget, PlainLoadOptions } from './load/index.ts';
import { loadTargets } from './load-targets.ts';
import { pause } from './pause.ts';
import { rehearsalFleet } from './rehearsal-fleet.ts';
import type { ReportEvent } from './report/index.ts';
import { seedServices, seedServing } from './seed-services.ts';
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
  /** The real adapters. */
  readonly connect: (locator: Locator) => Promise<CutoverPorts>;
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

/** Requests a second, and how many there are at least in the whole: 10,000, and what chance may take from it. */
const rate = 250;
const leastRequests = 10_500;
/** Milliseconds of load before the cutover, and at least after it. */
const around = 4_000;
/** Milliseconds that what is under way has to end by itself when the rehearsal is to end. */
const grace = 2_500;

/**
 * A whole cutover on one machine. The last thing that is said is `rehearsal.finished`.
 * @throws ZeroshiftError `rehearsal.fleet`, `rehearsal.folder-used`, `rehearsal.interrupted`, `rehearsal.part-failed`, `load.failed`
 */
export async function rehearse(props: RehearsalProps): Promise<ExitCode> {
  const { directory, say, seed, start } = props;
  const startedAt = Date.now();
  checkRehearsable(props.fleet);
  const fleet = rehearsalFleet(props.fleet);
  await makeRehearsalFolder(directory);
  say('rehearsal.starting', { directory, fault: props.fault ?? null });
  const ending = new AbortController();
  const end = (reason?: unknown): void => ending.abort(reason);
  const interrupted = (): void => end();
  if (props.signal.aborted) interrupted();
  props.signal.addEventListener('abort', interrupted, { once: true });
  const { signal } = ending;
  try {
    const world = await startWorld({ fleet, directory, seed, live: 'blue', start, signal }).catch(
      (error: unknown) => {
        throw signal.aborted ? reasonOf(signal) : error;
      },
    );
    world.failed.addEventListener('abort', () => end(world.failed.reason), { once: true });
    try {
      const running: Running = { ...props, fleet, world, startedAt, signal, end };
      const done = await unlessInterrupted(runInWorld(running), signal, grace);
      if (props.keep !== undefined) await stayUp(running, done, props.keep);
      return done.summary.exit as ExitCode;
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

async function runInWorld(running: Running): Promise<Done> {
  const { fleet, world, directory, say, seed, startedAt, signal } = running;
  const ports = await running.connect(world.locator);
  const targets = await unlessInterrupted(seedWorld(fleet, world, ports), signal);
  const address = Object.values(world.locator.accelerator.addresses)[0] ?? '';
  const services = new Set(targets.map(({ service }) => service)).size;
  say('rehearsal.ready', { services, accelerator: address, seconds: (Date.now() - startedAt) / 1000 });
  const load = await startTheLoad(running, {
    address,
    targets,
    rate,
    seed,
    maxRequests: 60_000,
    maxDurationMs: 180_000,
  });
  say('rehearsal.load', { rate, seed, targets: targets.length });
  const following = followLoad(load, say);
  let run: RehearsedCutover;
  try {
    await pause(around, signal);
    run = await runRehearsedCutover(running, world, ports, load);
    load.setPhase('after');
    const missing = leastRequests - load.snapshot().totals.scheduled;
    await pause(Math.max(around, (missing / rate) * 1000), signal);
  } finally {
    load.stop();
    following.stop();
  }
  const result = await load.finished;
  const exit = exitOf(run, result, running.fault);
  const paths = await writeReport({ run, result, exit, startedAt, directory, events: running.said() });
  const summary = summaryOf(run, result, paths, exit, startedAt);
  say('rehearsal.finished', summary);
  return { summary, address, targets };
}

/** Starts a load whose own end before its time ends the rehearsal. */
async function startTheLoad({ start, end }: Running, options: PlainLoadOptions): Promise<LoadRun> {
  const load = await start.load(options);
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

/** Brings both colours to where a cutover begins: Serving on both, the services on blue. */
async function seedWorld(fleet: Fleet, world: World, ports: CutoverPorts): Promise<LoadTarget[]> {
  const region = ports.regions[world.locator.regions[0]?.region ?? ''];
  if (region === undefined)
    throw new ZeroshiftError('the locator has no region', { code: 'locator.no-region', source: 'zeroshift' });
  await Promise.all([
    seedServing(region.blue.cluster, fleet, 'blue'),
    seedServing(region.green.cluster, fleet, 'green'),
  ]);
  await seedServices(region.blue.cluster, fleet, 'blue');
  return loadTargets(await readInventory(region.blue.cluster), fleet.rehearsal.load);
}

/** A rehearsal without a fault that lost a request has failed, whatever the gates said. */
const exitOf = (run: RehearsedCutover, result: LoadResult, fault: Fault | undefined): ExitCode =>
  run.exit === exitCodes.done && fault === undefined && result.totals.lost > 0 ? exitCodes.error : run.exit;
