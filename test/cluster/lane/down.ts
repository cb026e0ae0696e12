import { rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, linkDown, type Place, removeCgroups, stopKeeper, withLock } from '../machine/index.ts';
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
 * @throws ZeroshiftError `lane.busy`, `lane.too-long`
 */
export async function down(place: Place, progress: (line: string) => void): Promise<void> {
  const waiting = () => progress(`another command is at work on ${place.name}: waiting for it`);
  await withLock(place.name, patience, waiting, async () => {
    await sweep(place);
    await shareKubeconfigs();
  });
  // Only the last one finds it empty.
  await rmdir(join(cacheFolder(), 'run')).catch(() => {});
}
