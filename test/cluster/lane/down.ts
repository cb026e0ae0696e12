import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  cacheFolder,
  keeperOf,
  leftOver,
  linkDown,
  type Place,
  removeCgroups,
  stopKeeper,
  withLock,
} from '../machine/index.ts';
import { shareKubeconfigs } from './kubeconfig.ts';

/** Seconds that another command may go on before this one gives up. */
export const patience = 300;

/** Takes away what is there of a cluster, whole or in pieces; needs the cluster's lock. */
export async function sweep(place: Place): Promise<void> {
  await stopKeeper(place);
  await linkDown(place);
  await removeCgroups(place.name);
  await rm(place.folder, { recursive: true, force: true });
}

/**
 * Takes a cluster down. Leaves nothing but what was built; nothing to do is fine.
 * @returns whether there was something of it
 * @throws ZeroshiftError `lane.busy`, `lane.too-long`
 */
export async function down(place: Place, progress: (line: string) => void): Promise<boolean> {
  const waiting = () => progress(`another command is at work on ${place.name}: waiting for it`);
  const found = await withLock(place.name, patience, waiting, async () => {
    const there = (await keeperOf(place)) !== undefined || (await leftOver(place));
    await sweep(place);
    await shareKubeconfigs();
    return there;
  });
  // Only the last one finds it empty.
  await rmdir(join(cacheFolder(), 'run')).catch(() => {});
  return found;
}
