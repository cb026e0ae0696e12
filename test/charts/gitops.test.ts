import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applicationSet } from '../../charts/index.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const zones = (region: string) => [`${region}a`, `${region}b`];
const fleet = exampleFleet({
  regions: ['eu-west-1', 'us-east-1'].map((name) => ({
    name,
    account: '111122223333',
    availabilityZones: zones(name),
  })),
});
const repository = 'https://git.example.com/shop/platform.git';

describe('the ApplicationSet', () => {
  it('has one application for each colour and region, from the folder that synth writes', () => {
    const { spec } = parse(applicationSet(fleet, { repository, path: 'deploy/dist/' }));
    expect(spec.generators[0].list.elements).toEqual([
      { cluster: 'shop-eu-west-1-blue', colour: 'blue', region: 'eu-west-1' },
      { cluster: 'shop-eu-west-1-green', colour: 'green', region: 'eu-west-1' },
      { cluster: 'shop-us-east-1-blue', colour: 'blue', region: 'us-east-1' },
      { cluster: 'shop-us-east-1-green', colour: 'green', region: 'us-east-1' },
    ]);
    expect(spec.template.spec.source).toEqual({
      repoURL: repository,
      targetRevision: 'HEAD',
      path: 'deploy/dist/{{.colour}}',
    });
    expect(spec.template.metadata.name).toBe(spec.template.spec.destination.name);
  });

  it('applies on the server, and takes nothing away by itself', () => {
    const { spec } = parse(applicationSet(fleet, { repository }));
    const { automated, syncOptions } = spec.template.spec.syncPolicy;
    expect(syncOptions).toContain('ServerSideApply=true');
    expect(automated.prune).toBe(false);
    expect(spec.syncPolicy.preserveResourcesOnDeletion).toBe(true);
  });

  it('is the same to the byte each time', () => {
    expect(applicationSet(fleet, { repository })).toBe(applicationSet(fleet, { repository }));
  });
});
