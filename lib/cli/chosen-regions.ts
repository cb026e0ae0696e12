import type { RegionLocation } from '../fleet/index.ts';
import { oneOf } from './one-of.ts';

/** The region that `--region` names, or all of them. @throws ZeroshiftError `usage.region` */
export function chosenRegions(
  all: readonly RegionLocation[],
  given: string | undefined,
): readonly RegionLocation[] {
  if (given === undefined) return all;
  const names = all.map(({ region }) => region);
  const only = oneOf(given, names, { code: 'usage.region', where: '--region', what: 'region' });
  return all.filter(({ region }) => region === only);
}
