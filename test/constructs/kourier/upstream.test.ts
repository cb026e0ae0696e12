import { existsSync } from 'node:fs';
import { Yaml } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { compareReleased, tunedFields } from '../../../constructs/knative/index.ts';
import {
  composeKourier,
  kourierRelease,
  kourierTuningReasons,
  kourierVersions,
} from '../../../constructs/kourier/index.ts';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import { withNestedYaml } from '../../../scripts/lib/nested-yaml.ts';
import { objectDigests } from '../../../scripts/lib/object-digests.ts';
import digests from '../../fixtures/kourier/upstream-digests.json' with { type: 'json' };

/** Released YAML, where it is at hand; the digests of its objects are always there. */
const upstream = '../shared/upstream';

describe.each(kourierVersions)('with upstream tuning, Kourier %s', (version) => {
  const release = kourierRelease(version);
  const ours = composeKourier(release, 'upstream');

  it('has the digests of the released objects', () => {
    expect(objectDigests(ours)).toEqual((digests as Record<string, Record<string, string>>)[version]);
  });

  it.skipIf(!existsSync(`${upstream}/${version}`))('equals the released objects one by one', () => {
    const file = `${upstream}/${version}/kourier.yaml`;
    const released = (Yaml.load(file) as KubeObject[]).map((object) => ({
      file,
      object: withNestedYaml(object),
    }));
    const { equal, differences } = compareReleased(ours.map(withNestedYaml), released);
    expect(differences).toEqual([]);
    expect(equal).toHaveLength(13);
  });

  it('differs by default only where a reason says why', () => {
    const fields = tunedFields(
      composeKourier(release, 'default').map(withNestedYaml),
      ours.map(withNestedYaml),
      kourierTuningReasons,
    );
    expect(new Set(fields.map(({ object }) => object))).toEqual(
      new Set([
        'ConfigMap kourier-system/kourier-bootstrap',
        'Deployment kourier-system/3scale-kourier-gateway',
        'HorizontalPodAutoscaler kourier-system/3scale-kourier-gateway',
        'PodDisruptionBudget kourier-system/3scale-kourier-gateway-pdb',
      ]),
    );
  });
});
