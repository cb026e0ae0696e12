import type { KourierRelease } from './release.ts';

/** Kourier 1.23.0: figures of the release. */
export const release: KourierRelease = {
  version: '1.23.0',
  controller: 'sha256:eedfe3938f1efa93230863099f96400a0567909d383a585021f8727fa3a6cf0b',
  envoy: '1.37',
  envoyPatch: '1.37.5',
  statsAddress: '::',
};
