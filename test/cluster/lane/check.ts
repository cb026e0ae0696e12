import { ZeroshiftError } from '../../../lib/messages/error.ts';
import { missingParts, type Place, refuseMissing, usableCache } from '../machine/index.ts';
import { goVersion, type KnativeRelease } from '../programs/index.ts';
import { running } from './running.ts';

/** A cluster that is to be up. */
export interface Wanted {
  readonly name: string;
  /** @default - a bare cluster */
  readonly knative?: KnativeRelease;
  /** The release with which it is up. @default - it is not up, or bare */
  readonly found?: KnativeRelease;
}

/**
 * A release is not changed under a running cluster: what is left of the other would be in the way.
 * @throws ZeroshiftError `lane.other-release` for all at once
 */
export function refuseOther(clusters: readonly Wanted[]): void {
  const others = clusters.filter(
    ({ knative, found }) => knative !== undefined && found !== undefined && found !== knative,
  );
  if (others.length === 0) return;
  const names = others.map(({ name }) => name);
  const verb = names.length === 1 ? 'is' : 'are';
  throw new ZeroshiftError(`${names.join(' and ')} ${verb} up with another release of Knative`, {
    code: 'lane.other-release',
    source: 'user',
    problems: others.map(({ name, knative, found }) => ({
      where: name,
      found: `Knative ${found} is running`,
      allowed: `Knative ${knative}, or a cluster that is down`,
    })),
    action: `npm run clusters -- down ${names.join(' ')}`,
  });
}

/**
 * Everything that can be known before anything is built or started.
 * @throws ZeroshiftError `lane.missing`, `lane.cache`, `lane.other-release`
 */
export async function check(
  clusters: readonly { readonly place: Place; readonly knative?: KnativeRelease }[],
): Promise<void> {
  refuseMissing(missingParts(await goVersion()));
  await usableCache();
  const found = await Promise.all(
    clusters.map(async ({ place, knative }): Promise<Wanted> => {
      const up = (await running(place))?.knative;
      return { name: place.name, ...(knative && { knative }), ...(up && { found: up }) };
    }),
  );
  refuseOther(found);
}
