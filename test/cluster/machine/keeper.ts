import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.ts';
import type { Place } from './place.ts';
import { findProgram } from './programs.ts';
import { until } from './until.ts';

/** The first process of a cluster's namespaces. Everything of the cluster ends with it, by the kernel's doing. */
export interface Keeper {
  readonly pid: number;
}

/** How the keeper says that a part is. */
export interface PartState {
  readonly name: string;
  /** Inside the namespace; 0 where it does not run. */
  readonly pid: number;
  readonly starts: number;
  /** How it ended the last time; empty where it never did. */
  readonly last: string;
  /** How many times in a row it has ended within seconds of its start. */
  readonly quick: number;
  /** Seconds since it started or ended the last time. */
  readonly age: number;
}

const partsOf = ({ folder }: Place): string => join(folder, 'parts');

async function json<T>(file: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

interface Found {
  readonly pid: number;
  readonly name: string;
}

/** The keeper of a place and the process that made its namespaces: their last word is the place's folder. */
async function processesOf(place: Place): Promise<Found[]> {
  const end = `\0${partsOf(place)}\0`;
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  const found = pids.map(async (pid): Promise<Found | undefined> => {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!line.endsWith(end)) return undefined;
    const name = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
    return name === 'keeper' || name === 'unshare' ? { pid, name } : undefined;
  });
  return (await Promise.all(found)).filter((one) => one !== undefined);
}

/** The keeper that runs at a place, or undefined. */
export const keeperOf = async (place: Place): Promise<Keeper | undefined> =>
  (await processesOf(place)).find(({ name }) => name === 'keeper');

/** Starts a keeper in namespaces of its own; it outlives this process. */
export async function startKeeper(place: Place, program: string): Promise<Keeper> {
  await mkdir(partsOf(place), { recursive: true });
  const log = openSync(join(place.folder, 'keeper.log'), 'a');
  const flags = ['--fork', '--kill-child', '--pid', '--mount', '--mount-proc', '--net', '--ipc'];
  const outer = spawn(findProgram('unshare') ?? 'unshare', [...flags, program, partsOf(place)], {
    detached: true,
    stdio: ['ignore', log, log],
    // Its working directory must be no hindrance to anybody.
    cwd: cacheFolder(),
    env: { PATH: process.env.PATH, HOME: place.folder },
  });
  outer.unref();
  return until(`the keeper of ${place.name}`, 10, () => keeperOf(place));
}

/** Milliseconds that the process around a keeper has to end by itself. */
const grace = 10_000;

/**
 * Ends the keeper and with it every process, mount and namespace of the cluster; returns when they have gone. The process
 * that made the namespaces waits for the last of them, so its end is the end of all.
 */
export async function stopKeeper(place: Place): Promise<void> {
  const began = performance.now();
  await until(`the end of ${place.name}'s processes`, 30, async () => {
    const left = await processesOf(place);
    const keepers = left.filter(({ name }) => name === 'keeper');
    const late = performance.now() - began > grace ? left : [];
    for (const { pid } of keepers.length > 0 ? keepers : late) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was quicker.
      }
    }
    return left.length === 0;
  });
}

/** Has the keeper run exactly these parts: new ones are started, others stopped. */
export async function runParts(
  place: Place,
  keeper: Keeper,
  parts: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const folder = partsOf(place);
  await mkdir(join(place.folder, 'logs'), { recursive: true });
  for (const [name, command] of Object.entries(parts)) {
    const file = join(folder, `${name}.json`);
    const text = JSON.stringify({ command, log: join(place.folder, 'logs', `${name}.log`) });
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }
  process.kill(keeper.pid, 'SIGHUP');
}

/** How each part of a cluster is, in the order of names. */
export async function partStates(place: Place): Promise<PartState[]> {
  const names = (await readdir(partsOf(place)).catch(() => [] as string[])).filter((name) =>
    name.endsWith('.json'),
  );
  const states = names.sort().map(async (file): Promise<PartState> => {
    const name = file.replace(/\.json$/, '');
    const told = join(partsOf(place), `${name}.state`);
    const at = (await stat(told).catch(() => undefined))?.mtimeMs ?? Date.now();
    const state = await json<Partial<PartState>>(told);
    return { name, pid: 0, starts: 0, last: '', quick: 0, ...state, age: (Date.now() - at) / 1000 };
  });
  return Promise.all(states);
}
