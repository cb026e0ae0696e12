/** Releases of Kourier: one data file each, all of them, and the look-up. */
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { releases } from './all.ts';
import type { KourierRelease } from './release.ts';

export { controllerImage, floatingEnvoyImage, type KourierRelease, pinnedEnvoyImage } from './release.ts';

/** The versions that `kourierRelease` knows, oldest first. */
export const kourierVersions: readonly string[] = releases.map(({ version }) => version);

/** The data of a release. @param where the field that names it @throws ZeroshiftError `kourier.unknown-release` */
export function kourierRelease(version: string, where = 'release'): KourierRelease {
  const found = releases.find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  throw new ZeroshiftError(`Kourier ${version} is not a release that this version of zeroshift knows`, {
    code: 'kourier.unknown-release',
    source: 'user',
    problems: [{ where, value: version, allowed: `one of ${kourierVersions.join(', ')}` }],
    action: 'name one of these releases',
  });
}
