/** Releases of Knative Serving: one data file each, all of them, and the look-up. */
import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { releases } from './all.ts';
import type { Release } from './release.ts';

export { image, type Part, parts, type Release, repository } from './release.ts';

/** The versions that `release` knows, oldest first. */
export const releaseVersions: readonly string[] = releases.map(({ version }) => version);

const minor = (version: string): string => version.split('.').slice(0, 2).join('.');

/** The data of a release. @param where the field that names it @throws ZeroshiftError `knative.unknown-release` */
export function release(version: string, where = 'release'): Release {
  const found = releases.find((candidate) => candidate.version === version);
  if (found !== undefined) return found;
  const near = releaseVersions.findLast((known) => minor(known) === minor(version));
  throw new ZeroshiftError(
    `Knative Serving ${version} is not a release that this version of zeroshift knows`,
    {
      code: 'knative.unknown-release',
      source: 'user',
      problems: [{ where, value: version, allowed: `one of ${releaseVersions.join(', ')}` }],
      action: near === undefined ? 'name one of these releases' : `write "${near}"`,
    },
  );
}
