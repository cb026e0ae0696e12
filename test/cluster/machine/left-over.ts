import { access } from 'node:fs/promises';
import { hasCgroups } from './cgroups.ts';
import { hasLink } from './link.ts';
import type { Place } from './place.ts';

/** Whether something of a cluster is left that the kernel does not take away by itself. */
export async function leftOver(place: Place): Promise<boolean> {
  const folder = access(place.folder).then(
    () => true,
    () => false,
  );
  return (await folder) || (await hasLink(place)) || (await hasCgroups(place.name));
}
