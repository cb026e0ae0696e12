import type { CutoverPlan, CutoverPorts, CutoverState, JournalRecord } from '../cutover/index.ts';
import type { Fleet, Locator } from '../fleet/index.ts';
import { type ExitCode, exitCodes, type Say, ZeroshiftError } from '../messages/index.ts';
import { readInventory } from '../migration/index.ts';
import { type Fault, type RehearsedCutover, runRehearsedCutover } from './cutover-run.ts';
import { followLoad } from './follow-load.ts';
import type { LoadResult, LoadRun, LoadTarget } from './load/index.ts';
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

/** Requests a second, and how many there are at least in the whole. */
const rate = 250;
const leastRequests = 10_500;
/** Milliseconds of load before the cutover, and at least after it. */
const around = 4_000;

/** A whole cutover on one machine. The last thing that is said is `rehearsal.finished`. */
export async function rehearse(props: RehearsalProps): Promise<ExitCode> {
  const startedAt = Date.now();
  const { directory, say, seed, start, signal } = props;
  const fleet = rehearsalFleet(props.fleet);
  say('rehearsal.starting', { directory, fault: props.fault ?? null });
  const world = await startWorld({ fleet, directory, seed, live: 'blue', start });
  try {
    const ports = await props.connect(world.locator);
    const targets = await seedWorld(fleet, world, ports);
    const address = Object.values(world.locator.accelerator.addresses)[0] ?? '';
    const running = new Set(targets.map(({ service }) => service)).size;
    say('rehearsal.ready', {
      services: running,
      accelerator: address,
      seconds: (Date.now() - startedAt) / 1000,
    });
    const load = await start.load({
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
    let result: LoadResult;
    try {
      await pause(around, signal);
      run = await runRehearsedCutover({ ...props, fleet }, world, ports, load);
      load.setPhase('after');
      const missing = leastRequests - load.snapshot().totals.scheduled;
      await pause(Math.max(around, (missing / rate) * 1000), signal);
    } finally {
      load.stop();
      result = await load.finished;
      following.stop();
    }
    const exit = exitOf(run, result, props.fault);
    const paths = await writeReport({ run, result, exit, startedAt, directory, events: props.said() });
    const summary = summaryOf(run, result, paths, exit, startedAt);
    say('rehearsal.finished', summary);
    if (props.keep === undefined) return exit;
    const stayed = start.load({ address, targets, seed: seed + 1, ...keptLoad });
    props.keep(
      world,
      targets.map(({ host }) => host),
      keptLoad,
    );
    const { services, steps } = summary;
    say('rehearsal.stayed', { ...(await untilTold(await stayed, signal)), services, steps, exit });
    return exit;
  } finally {
    await world.close();
  }
}

/** The load of a world that stays up: enough to see a second cutover by hand, and bounded. */
const keptLoad = { rate: 100, maxRequests: 180_000, maxDurationMs: 1_800_000 };

/** Lets a load run until the signal, and says what came of it. */
async function untilTold(
  load: LoadRun,
  signal: AbortSignal,
): Promise<{ requests: number; lost: number; lostBy: string[] }> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  load.stop();
  const { totals, lostByReason } = await load.finished;
  return { requests: totals.scheduled, lost: totals.lost, lostBy: lostTexts(lostByReason) };
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
