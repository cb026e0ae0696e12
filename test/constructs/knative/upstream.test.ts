import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  compareReleased,
  composeServing,
  release,
  releaseVersions,
} from '../../../constructs/knative/index.ts';
import { isKourier } from '../../../scripts/lib/kourier-figures.ts';
import { objectDigests } from '../../../scripts/lib/object-digests.ts';
import { readReleased } from '../../../scripts/lib/read-released.ts';
import digests from '../../fixtures/knative/upstream-digests.json' with { type: 'json' };

/** Released YAML, where it is at hand; the digests of its objects are always there. */
const upstream = '../shared/upstream';

describe.each(releaseVersions.map((version) => ({ version })))(
  'with upstream tuning, $version',
  ({ version }) => {
    const composed = composeServing(release(version), 'upstream');

    it('has the digests of the released objects', () => {
      expect(objectDigests(composed)).toEqual((digests as Record<string, Record<string, string>>)[version]);
      expect(composed.filter(({ kind }) => kind === 'CustomResourceDefinition')).toHaveLength(12);
    });

    it.skipIf(!existsSync(`${upstream}/${version}`))('equals the released objects one by one', async () => {
      const released = (await readReleased(`${upstream}/${version}`)).filter((one) => !isKourier(one));
      const { equal, differences } = compareReleased(composed, released);
      expect(differences).toEqual([]);
      expect(equal).toHaveLength(composed.length);
      // The core file repeats the twelve CRDs.
      expect(released).toHaveLength(composed.length + 12);
    });
  },
);
