import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ZeroshiftError } from '../messages/error.ts';
import type { Fleet } from './fleet.ts';

/** Where a fleet is looked for when nothing is said. */
export const defaultFleetFile = 'fleet.config.ts';

/**
 * Loads the fleet that a `fleet.config.ts` (or `.js`, `.mjs`) exports as its default, with the services of its folder.
 * @throws ZeroshiftError `fleet.not-found`, `fleet.unreadable`, `fleet.no-default`, `fleet.invalid`,
 * `services.not-found`, `services.empty`, `services.unreadable`
 */
export async function loadFleet(file: string = defaultFleetFile): Promise<Fleet> {
  const path = resolve(file);
  if (!existsSync(path))
    throw new ZeroshiftError('there is no fleet definition', {
      code: 'fleet.not-found',
      source: 'user',
      problems: [
        { where: '--fleet', value: file, allowed: 'a file that exports defineFleet({...}) as its default' },
      ],
      action:
        'name the file with --fleet FILE (an example: examples/shop/fleet.config.ts), or start from a folder that has one',
    });
  const exported = await exportedBy(path, file);
  const { isFleet, servicesFolder, withServices } = await import('./define-fleet.ts');
  if (!isFleet(exported))
    throw new ZeroshiftError(`${file} has no fleet as its default export`, {
      code: 'fleet.no-default',
      source: 'user',
      problems: [{ where: file, value: exported, allowed: 'export default defineFleet({...})' }],
    });
  const folder = servicesFolder(exported);
  if (folder === undefined) return exported;
  const { readServices } = await import('./services-folder.ts');
  return withServices(exported, await readServices(file, folder));
}

async function exportedBy(path: string, shown: string): Promise<unknown> {
  const { importFile, lineOfFailure, oneLine } = await import('./import-file.ts');
  try {
    return (await importFile(path)).default;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ZeroshiftError') throw cause;
    const line = await lineOfFailure(path, cause);
    throw new ZeroshiftError(`${shown} cannot be loaded: ${oneLine(cause)}`, {
      code: 'fleet.unreadable',
      source: 'user',
      problems: [
        {
          where: '--fleet',
          value: line === undefined ? shown : `${shown}:${line}`,
          allowed: 'TypeScript that exports defineFleet({...}) as its default',
        },
      ],
      cause,
    });
  }
}
