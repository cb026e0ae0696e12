import type { KourierRelease } from './release.ts';

/** Kourier 1.22.1: figures of the release. */
export const release: KourierRelease = {
  version: '1.22.1',
  controller: 'sha256:01abd2070ccf8680885c47990e42c05c09e30bc8595d9246f4dcd37f2220a2a2',
  envoy: '1.37',
  envoyPatch: '1.37.5',
  statsAddress: '0.0.0.0',
};
