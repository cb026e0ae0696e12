import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../../lib/cli/connect.ts';
import type { ColourPorts, CutoverPorts } from '../../lib/cutover/ports.ts';
import { type Colour, type Fleet, loadFleet } from '../../lib/fleet/index.ts';
import { readInventory } from '../../lib/migration/index.ts';
import type { StartAcceleratorProps } from '../../lib/rehearsal/accelerator/index.ts';
import { inProcess, startWorld, type World } from '../../lib/rehearsal/index.ts';
import type { LoadRun } from '../../lib/rehearsal/load/index.ts';
import { loadTargets } from '../../lib/rehearsal/load-targets.ts';
import { seedServices, seedServing } from '../../lib/rehearsal/seed-services.ts';
import { type AcceleratorFaults, acceleratorPart } from '../../lib/rehearsal/world/parts.ts';
import { type BuiltCommand, buildCommand } from './build-command.ts';

export interface RehearsedWorldProps {
  /** Source text of the fleet's definition; its first region is the world's. */
  readonly fleet: string;
  /** More files of the folder that commands run in. @default - none */
  readonly files?: Readonly<Record<string, string>>;
  /** Requests a second, and what ends them. */
  readonly load: { readonly rate: number; readonly maxRequests: number; readonly maxDurationMs: number };
  /** Told of what the accelerator was asked and has carried out, before it answers. @default - nobody is */
  readonly onOperation?: StartAcceleratorProps['onOperation'];
}

/** One line that the command says with `--json`. */
export interface Said {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** The built command at work. */
export interface Run {
  readonly child: ChildProcess;
  /** What it has said until now. */
  said(): readonly Said[];
  /** `exit` is null where it was killed. */
  readonly ended: Promise<{
    readonly exit: number | null;
    readonly said: readonly Said[];
    readonly text: string;
  }>;
}

/** A shop's world under load, and the built command to work on it. */
export interface RehearsedWorld {
  readonly world: World;
  readonly fleet: Fleet;
  readonly folder: string;
  /** The folder that `--state` names. */
  readonly state: string;
  readonly ports: CutoverPorts;
  readonly region: Readonly<Record<Colour, ColourPorts>>;
  readonly load: LoadRun;
  /** What goes wrong at the accelerator's control plane from now on. */
  setFaults(faults: AcceleratorFaults['faults']): void;
  /** Starts the command; a process that is still there at the end is killed. `json`: whether it says events. @default true */
  start(args: readonly string[], json?: boolean): Run;
  close(): Promise<void>;
}

/** Stands up blue and green with the fleet's services on blue, puts them under load, and builds the command. */
export async function startRehearsedWorld(props: RehearsedWorldProps): Promise<RehearsedWorld> {
  const ends: (() => Promise<unknown>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return await open(props, ends, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  props: RehearsedWorldProps,
  ends: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<RehearsedWorld> {
  const command: BuiltCommand = await buildCommand();
  ends.push(() => command.remove());
  const folder = await mkdtemp(join(tmpdir(), 'zeroshift-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ ...props.files, 'fleet.config.ts': props.fleet }))
    await writeFile(join(folder, name), text);
  const fleet = await loadFleet(join(folder, 'fleet.config.ts'));
  const { onOperation } = props;
  let tellAccelerator = (_: AcceleratorFaults): void => undefined;
  const world = await startWorld({
    fleet,
    directory: folder,
    seed: 1,
    live: 'blue',
    start: {
      ...inProcess,
      accelerator: async (accelerator) => {
        const part = await acceleratorPart(accelerator, onOperation === undefined ? {} : { onOperation });
        tellAccelerator = (message) => part.hear?.(message);
        return { info: part.info, tell: tellAccelerator, close: () => part.close() } as Awaited<
          ReturnType<typeof inProcess.accelerator>
        >;
      },
    },
    signal: new AbortController().signal,
  });
  ends.push(() => world.close());
  const ports = await connect(world.locator, fleet);
  const region = ports.regions[world.locator.regions[0]?.region ?? ''];
  if (region === undefined) throw new Error('no region');
  await Promise.all([
    seedServing(region.blue.cluster, fleet, 'blue'),
    seedServing(region.green.cluster, fleet, 'green'),
  ]);
  await seedServices(region.blue.cluster, fleet, 'blue');
  const load = await inProcess.load({
    address: Object.values(world.locator.accelerator.addresses)[0] ?? '',
    targets: loadTargets(await readInventory(region.blue.cluster), fleet.rehearsal.load),
    seed: 1,
    flowMemory: world.flowMemory,
    ...props.load,
  });
  ends.push(async () => {
    load.stop();
    await load.finished.catch(() => undefined);
  });
  const children = new Set<ChildProcess>();
  ends.push(async () => {
    for (const child of children) child.kill('SIGKILL');
  });
  const state = join(folder, 'state');
  const always = ['--fleet', 'fleet.config.ts', '--locator', world.locatorFile, '--state', state];
  const start = (args: readonly string[], json = true): Run => {
    const all = [command.file, ...args, ...always, ...(json ? ['--json'] : [])];
    const child = spawn(process.execPath, all, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
    children.add(child);
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const said = (): Said[] =>
      text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Said);
    const ended = once(child, 'close').then(([exit]) => {
      children.delete(child);
      return { exit: exit as number | null, said: json ? said() : [], text };
    });
    return { child, said, ended };
  };
  const setFaults = (faults: AcceleratorFaults['faults']): void => tellAccelerator({ faults });
  return { world, fleet, folder, state, ports, region, load, setFaults, start, close };
}
