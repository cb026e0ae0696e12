import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { colours } from '../../../lib/fleet/index.ts';
import { cacheFolder, keeperOf, placeOf, withLock } from '../machine/index.ts';
import { kubeconfigOf } from '../node/index.ts';
import { readRecord } from './record.ts';

/** One file for both colours, with the contexts `blue` and `green`. */
export const sharedKubeconfig = (): string => join(cacheFolder(), 'run', 'kubeconfig');

/** Writes the shared kubeconfig anew with the colours that are up, or takes it away with the last. */
export async function shareKubeconfigs(): Promise<void> {
  await withLock(
    'kubeconfig',
    30,
    () => {},
    async () => {
      const found = [];
      for (const name of colours) {
        const record = await readRecord(placeOf(name));
        if (record !== undefined && (await keeperOf(placeOf(name))) !== undefined)
          found.push({ name, access: record.access });
      }
      const file = sharedKubeconfig();
      if (found.length === 0) return rm(file, { force: true });
      await writeFile(`${file}.new`, stringify(kubeconfigOf(found)), { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  );
}
