import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { cacheFolder, findProgram, type Place } from '../machine/index.ts';
import type { Parts } from './control-plane.ts';

export const registryPort = 5000;

/**
 * Each cluster has a registry under the same address, and all keep their images in one folder: what one cluster resolved,
 * the other can pull.
 */
export async function registryPart(place: Place): Promise<Parts> {
  const images = join(cacheFolder(), 'images');
  await mkdir(images, { recursive: true });
  const config = join(place.folder, 'registry.yaml');
  await writeFile(
    config,
    stringify({
      version: '0.1',
      log: { level: 'warn', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: images, maxthreads: 100 } },
      http: { addr: `:${registryPort}` },
    }),
  );
  return { registry: [findProgram('docker-registry') ?? 'docker-registry', 'serve', config] };
}
