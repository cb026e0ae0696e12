import { describe, inject } from 'vitest';
import type { Colour } from '../../lib/fleet/index.ts';
import type { Cluster } from './lane/index.ts';

/** The two clusters of the lane; only to be asked for inside `onClusters`. */
export function clusters(): Readonly<Record<Colour, Cluster>> {
  const found = inject('clusters');
  if (found === undefined) throw new Error('there are no clusters here');
  return found;
}

/** A group of tests that need real clusters; skipped, and said so, where there can be none. */
export const onClusters = describe.skipIf(inject('clusters') === undefined);
