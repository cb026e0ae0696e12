// Written by `npm run release:add` from the data files beside it.
import { release as release_1_22_1 } from './1.22.1.ts';
import { release as release_1_23_0 } from './1.23.0.ts';
import type { KourierRelease } from './release.ts';

/** Every release, oldest first. */
export const releases: readonly KourierRelease[] = [release_1_22_1, release_1_23_0];
