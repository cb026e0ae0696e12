import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ZeroshiftError } from '../messages/error.ts';
import type { Fleet } from './fleet.ts';

/** Where a fleet is looked for when nothing is said. */
export const defaultFleetFile = 'fleet.config.ts';

export interface LoadOptions {
  /** Told the name of each file in the folder of services that is taken for none. @default - nobody is told */
  readonly onIgnored?: (file: string) => void;
}

/**
 * Loads the fleet that a `fleet.config.ts` (or `.js`, `.mjs`) exports as its default, with the services of its folder.
 * @throws ZeroshiftError `fleet.not-found`, `fleet.unreadable`, `fleet.no-default`, `fleet.invalid`,
 * `services.not-found`, `services.empty`, `services.unreadable`, and what the file itself throws
 */
export async function loadFleet(file: string = defaultFleetFile, options: LoadOptions = {}): Promise<Fleet> {
  const path = resolve(file);
  const there = await stat(path).catch(() => undefined);
  if (there?.isFile() !== true) throw notFound(file, there !== undefined);
  const { isFleet, servicesFolder, withServices } = await import('./define-fleet.ts');
  let exported: unknown;
  let refused: ZeroshiftError | undefined;
  try {
    exported = await exportedBy(path, file);
  } catch (error) {
    if (!ZeroshiftError.is(error) || servicesFolder(error) === undefined) throw error;
    refused = error;
  }
  if (refused === undefined && !isFleet(exported))
    throw new ZeroshiftError(`${file} has no fleet as its default export`, {
      code: 'fleet.no-default',
      source: 'user',
      problems: [{ where: file, value: exported, allowed: 'export default defineFleet({...})' }],
      action: `write export default defineFleet({...}) in ${file}`,
    });
  const fleet = exported as Fleet;
  const folder = servicesFolder(refused ?? fleet);
  if (folder === undefined) return fleet;
  const { readServices } = await import('./services-folder.ts');
  try {
    return withServices(fleet, await readServices(file, folder, options.onIgnored), refused);
  } catch (error) {
    if (refused === undefined || error === refused || !ZeroshiftError.is(error)) throw error;
    if (error.code === 'fleet.invalid') throw error;
    const { invalidFleet } = await import('./invalid-fleet.ts');
    throw invalidFleet([...refused.problems, ...error.problems]);
  }
}

function notFound(file: string, there: boolean): ZeroshiftError {
  const inside = join(file, defaultFleetFile);
  return new ZeroshiftError(there ? 'the fleet definition is no file' : 'there is no fleet definition', {
    code: 'fleet.not-found',
    source: 'user',
    problems: [
      { where: '--fleet', value: file, allowed: 'a file that exports defineFleet({...}) as its default' },
    ],
    action: existsSync(inside)
      ? `name the file in it: --fleet ${inside}`
      : 'name the file with --fleet FILE (an example: examples/shop/fleet.config.ts), or start from a folder that has one',
  });
}

async function exportedBy(path: string, shown: string): Promise<unknown> {
  const { finished, importFile } = await import('./import-file.ts');
  try {
    // A promise of a fleet is as good as one.
    return await finished((await importFile(path)).default);
  } catch (cause) {
    if (ZeroshiftError.is(cause) && cause.code === 'fleet.invalid') throw cause;
    const { importFailure } = await import('./import-failure.ts');
    const { place, reason } = await importFailure(path, shown, cause);
    if (ZeroshiftError.is(cause)) throw placed(cause, place);
    throw new ZeroshiftError(`${shown} cannot be loaded: ${reason}`, {
      code: 'fleet.unreadable',
      source: 'user',
      problems: [
        {
          where: '--fleet',
          value: place,
          allowed: 'TypeScript that exports defineFleet({...}) as its default',
        },
      ],
      action: `mend ${place} and run it again`,
      cause,
    });
  }
}

/** What another part of the package refuses while the file is loaded, with the line that asked for it. */
const placed = (error: ZeroshiftError, place: string): ZeroshiftError =>
  new ZeroshiftError(error.problems.length === 0 ? `${place}: ${error.message}` : error.message, {
    code: error.code,
    source: error.source,
    problems: error.problems.map((problem) => ({ ...problem, where: `${place} ${problem.where}` })),
    exitCode: error.exitCode,
    cause: error,
    ...(error.action === undefined ? {} : { action: error.action }),
  });
