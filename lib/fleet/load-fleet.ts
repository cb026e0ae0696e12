import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ZeroshiftError } from '../messages/error.ts';
import type { Fleet } from './fleet.ts';

/** Where a fleet is looked for when nothing is said. */
export const defaultFleetFile = 'fleet.config.ts';

/**
 * Loads the fleet that a `fleet.config.ts` (or `.js`, `.mjs`) exports as its default.
 * @throws ZeroshiftError `fleet.not-found`, `fleet.unreadable`, `fleet.no-default`, `fleet.invalid`
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
  const exported = await importFile(path, file);
  const { isFleet } = await import('./define-fleet.ts');
  if (isFleet(exported)) return exported;
  throw new ZeroshiftError(`${file} has no fleet as its default export`, {
    code: 'fleet.no-default',
    source: 'user',
    problems: [{ where: file, value: exported, allowed: 'export default defineFleet({...})' }],
  });
}

async function importFile(path: string, shown: string): Promise<unknown> {
  try {
    const { createJiti } = await import('jiti');
    const jiti = createJiti(pathToFileURL(path).href, {
      moduleCache: false,
      fsCache: false,
      // The definition gets these very modules, so that it works before anything is built or installed.
      virtualModules: {
        'zeroshift/fleet': { ...(await import('./define-fleet.ts')), ...(await import('./duration.ts')) },
      },
    });
    return (await jiti.import<{ readonly default?: unknown }>(path)).default;
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'ZeroshiftError') throw cause;
    throw new ZeroshiftError(`${shown} cannot be loaded: ${oneLine(cause)}`, {
      code: 'fleet.unreadable',
      source: 'user',
      problems: [
        {
          where: '--fleet',
          value: shown,
          allowed: 'TypeScript that exports defineFleet({...}) as its default',
        },
      ],
      cause,
    });
  }
}

/** The part of a message that says what is wrong; where Node and the loader looked is of no help. */
const oneLine = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause))
    .replace(/\nRequire stack:[\s\S]*$/, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim();
