import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { applicationSet } from '../../charts/index.ts';
import type { FleetInput } from '../../lib/fleet/index.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import { exampleFleet } from '../helpers/fleet.ts';

const zones = (region: string) => [`${region}a`, `${region}b`];
const repository = 'https://git.example.com/shop/platform.git';

/** The ApplicationSet of a fleet with two regions. */
function written(gitops: Omit<NonNullable<FleetInput['gitops']>, 'repository'> = {}): string {
  const fleet = exampleFleet({
    gitops: { repository, ...gitops },
    regions: ['eu-west-1', 'us-east-1'].map((name) => ({
      name,
      account: '111122223333',
      availabilityZones: zones(name),
    })),
  });
  if (fleet.gitops === undefined) throw new Error('the fleet lost its gitops');
  return applicationSet(fleet, fleet.gitops);
}

describe('the ApplicationSet', () => {
  it('has one application for each colour and region, from the folder that synth writes', () => {
    const { spec } = parse(written({ path: 'deploy/dist/' }));
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
    const { spec } = parse(written());
    const { automated, syncOptions } = spec.template.spec.syncPolicy;
    expect(syncOptions).toContain('ServerSideApply=true');
    expect(automated.prune).toBe(false);
    expect(spec.syncPolicy.preserveResourcesOnDeletion).toBe(true);
  });

  it.each([
    ['.', '{{.colour}}'],
    ['', '{{.colour}}'],
    ['./deploy', 'deploy/{{.colour}}'],
  ])('finds the folders below %j', (path, expected) => {
    expect(parse(written({ path })).spec.template.spec.source.path).toBe(expected);
  });

  it('goes where the fleet says', () => {
    const { metadata, spec } = parse(
      written({ namespace: 'gitops', project: 'platform', revision: 'release-7' }),
    );
    expect([metadata.namespace, spec.template.spec.project]).toEqual(['gitops', 'platform']);
    expect(spec.template.spec.source.targetRevision).toBe('release-7');
  });

  it.each([
    { path: '/dist' },
    { path: '../dist' },
    { path: 'a/../../b' },
    { namespace: 'Argo CD' },
    { project: '' },
  ])('refuses %j with the field', (gitops) => {
    const [field] = Object.keys(gitops);
    try {
      written(gitops);
    } catch (error) {
      if (!(error instanceof ZeroshiftError)) throw error;
      expect(error.problems.map(({ where }) => where)).toEqual([`gitops.${field}`]);
      return;
    }
    throw new Error('nothing was refused');
  });

  it('is the same to the byte each time', () => {
    expect(written()).toBe(written());
  });
});
