import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../lib/cli/connect.ts';
import { findNewestPlan, type JournalRecord, readJournal } from '../lib/cutover/index.ts';
import { loadFleet } from '../lib/fleet/index.ts';
import { readInventory } from '../lib/migration/index.ts';
import { inProcess, startWorld, type World } from '../lib/rehearsal/index.ts';
import type { LoadRun } from '../lib/rehearsal/load/index.ts';
import { loadTargets } from '../lib/rehearsal/load-targets.ts';
import { seedServices, seedServing } from '../lib/rehearsal/seed-services.ts';
import { type BuiltCommand, buildCommand } from './helpers/build-command.ts';

/** The shop, in the times of a test. */
const fleetFile = `
import { defineFleet } from 'zeroshift/fleet';
import { domain, domainMappings, history, services } from ${JSON.stringify(resolve('examples/shop/services.ts'))};

const serving = { autoscaler: { 'allow-zero-initial-scale': true } };
export default defineFleet({
  name: 'shop',
  domain,
  regions: [{ name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] }],
  entrance: { ports: [80] },
  colours: {
    blue: { kubernetes: '1.34', knative: '1.22.1', serving },
    green: { kubernetes: '1.35', knative: '1.23.0', serving },
  },
  services,
  domainMappings,
  cutover: {
    steps: [25, 100],
    bake: '2s',
    patience: '20s',
    hold: '2s',
    deployTimeout: '30s',
    readyTimeout: '60s',
    drain: { quiet: '2s', timeout: '60s' },
    gates: { minSamples: 30, maxLatencyRatio: 5, latencyFloor: '1s', shareTolerance: 20 },
  },
  rehearsal: { history },
});
`;

let command: BuiltCommand;
let folder: string;
let world: World;
let load: LoadRun;
const { signal } = new AbortController();
const children: ChildProcess[] = [];

beforeAll(async () => {
  command = await buildCommand();
  folder = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  await writeFile(join(folder, 'fleet.config.ts'), fleetFile);
  const fleet = await loadFleet(join(folder, 'fleet.config.ts'));
  world = await startWorld({ fleet, directory: folder, seed: 1, live: 'blue', start: inProcess, signal });
  const ports = await connect(world.locator, fleet);
  const region = ports.regions['eu-west-1'];
  if (region === undefined) throw new Error('no region');
  await Promise.all([
    seedServing(region.blue.cluster, fleet, 'blue'),
    seedServing(region.green.cluster, fleet, 'green'),
  ]);
  await seedServices(region.blue.cluster, fleet, 'blue');
  load = await inProcess.load({
    address: Object.values(world.locator.accelerator.addresses)[0] ?? '',
    targets: loadTargets(await readInventory(region.blue.cluster), fleet.rehearsal.load),
    rate: 100,
    seed: 1,
    maxRequests: 60_000,
    maxDurationMs: 170_000,
  });
}, 90_000);

afterAll(async () => {
  for (const child of children)
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  load?.stop();
  await load?.finished.catch(() => undefined);
  await world?.close();
  await command?.remove();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
}, 60_000);

interface Run {
  readonly child: ChildProcess;
  /** Exit code, or undefined when it was killed; with what it said. */
  readonly ended: Promise<{ readonly exit: number | undefined; readonly said: readonly { event: string }[] }>;
}

function zeroshift(...verb: string[]): Run {
  const options = [
    '--fleet',
    'fleet.config.ts',
    '--locator',
    world.locatorFile,
    '--state',
    'state',
    '--json',
  ];
  const child = spawn(process.execPath, [command.file, ...verb, ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({
    exit: typeof code === 'number' ? code : undefined,
    said: text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { event: string }),
  }));
  return { child, ended };
}

async function records(): Promise<JournalRecord[]> {
  const found = await findNewestPlan(join(folder, 'state'), 'shop');
  return found === undefined ? [] : readJournal(found.files.journal);
}

/** Kills the process, as nobody can prevent it, once its journal has come to this. */
async function killedWhen(run: Run, reached: (all: readonly JournalRecord[]) => boolean): Promise<void> {
  let over = false;
  void run.ended.then(() => {
    over = true;
  });
  while (!reached(await records())) {
    expect(over, 'the process has come to an end before it was to be killed').toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  run.child.kill('SIGKILL');
  expect((await run.ended).exit).toBeUndefined();
}

const written =
  (times: number) =>
  (all: readonly JournalRecord[]): boolean =>
    all.filter(({ event }) => event.type === 'done' && event.result.kind === 'set-weights').length >= times;

it('loses nothing to SIGKILL: while it migrates, and twice in the middle of a step', async () => {
  expect(await zeroshift('plan').ended).toMatchObject({ exit: 0 });
  const migrating = ({ event }: JournalRecord): boolean =>
    event.type === 'issued' && event.command.kind === 'migrate';
  await killedWhen(zeroshift('cutover'), (all) => all.some(migrating));
  await killedWhen(zeroshift('cutover', '--resume'), written(1));
  await killedWhen(zeroshift('cutover', '--resume'), written(2));
  const last = await zeroshift('cutover', '--resume').ended;
  expect(last.said.at(-1)).toMatchObject({ event: 'cutover.ended', outcome: 'completed' });
  expect(last.exit).toBe(0);
  expect(await zeroshift('finalize').ended).toMatchObject({ exit: 0 });

  const all = await records();
  expect(all.filter(({ event }) => event.type === 'resumed').length).toBe(3);
  expect([...new Set(all.map(({ token }) => token))]).toEqual([1, 2, 3, 4, 5]);
  const status = await zeroshift('status').ended;
  expect(status.said).toMatchObject([
    { event: 'status.fleet', live: 'green', regions: [{ blue: 0, green: 100 }] },
    { event: 'status.cutover', status: 'finalized', next: null, lease: null },
  ]);
  load.stop();
  const { totals, lost } = await load.finished;
  expect(lost).toEqual([]);
  expect(totals.lost).toBe(0);
  expect(totals.answered).toBeGreaterThan(1_000);
}, 170_000);
