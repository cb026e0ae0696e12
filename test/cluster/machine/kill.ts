import { readFile } from 'node:fs/promises';
import { keeperOf, partStates } from './keeper.ts';
import { memoryOf, type ProcessMemory } from './memory.ts';
import type { Place } from './place.ts';

async function signalOne(
  place: Place,
  what: string,
  signal: NodeJS.Signals,
  isMeant: (process: ProcessMemory) => boolean | Promise<boolean>,
): Promise<void> {
  const keeper = await keeperOf(place);
  for (const process_ of keeper === undefined ? [] : await memoryOf(keeper.pid))
    if (await isMeant(process_)) {
      process.kill(process_.pid, signal);
      return;
    }
  throw new Error(`no process of ${place.name} is ${what}`);
}

/** Sends a part of a cluster's node a signal. */
export async function signalPart(place: Place, name: string, signal: NodeJS.Signals): Promise<void> {
  const part = (await partStates(place)).find((one) => one.name === name);
  await signalOne(place, name, signal, ({ depth, inner }) => depth === 2 && inner === part?.pid);
}

/** Kills a part of a cluster's node, with SIGKILL. It is started again after a second. */
export const killPart = (place: Place, name: string): Promise<void> => signalPart(place, name, 'SIGKILL');

/** Kills the process of a pod that knows its name by `POD_NAME`, with SIGKILL. */
export const killPod = (place: Place, pod: string): Promise<void> =>
  signalOne(place, pod, 'SIGKILL', async ({ pid, depth }) => {
    if (depth < 3) return false;
    const variables = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    return variables.split('\0').includes(`POD_NAME=${pod}`);
  });
