import { describe, expect, it } from 'vitest';
import type { FleetInput } from '../../../lib/fleet/fleet-input.ts';
import { exampleFleet } from '../../helpers/fleet.ts';
import { synthesize } from './synthesis.ts';

/** Every template of a whole fleet, so that a change of a line is seen in all that it changes: `vitest -u` takes it. */
const region = (name: string): FleetInput['regions'][number] => ({
  name,
  account: '111122223333',
  availabilityZones: [`${name}a`, `${name}b`, `${name}c`],
});

/** Without what changes with every line of a function's code. */
const shown = (fleet: Partial<FleetInput>): string =>
  `${JSON.stringify(
    Object.fromEntries(
      Object.entries(synthesize(exampleFleet(fleet)).stacks).map(([name, { template, ...rest }]) => [
        name,
        { ...rest, resources: template.Resources, outputs: template.Outputs ?? {} },
      ]),
    ),
    (key, value) => (key === 'S3Key' || key === 'aws:asset:path' ? 'the asset' : value),
    1,
  )}\n`;

describe('the templates of a fleet', () => {
  it('with one region', async () => {
    const fleet = { operators: { principals: ['arn:aws:iam::111122223333:role/oncall'] } };
    await expect(shown(fleet)).toMatchFileSnapshot('../../fixtures/stacks/one-region.json');
  });

  it('with three regions', async () => {
    const fleet = { regions: ['eu-west-1', 'us-east-1', 'ap-southeast-2'].map(region) };
    await expect(shown(fleet)).toMatchFileSnapshot('../../fixtures/stacks/three-regions.json');
  });
});
