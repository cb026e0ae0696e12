import { expect, it } from 'vitest';
import { checkRehearsable } from '../../../lib/rehearsal/check-fleet.ts';
import { exampleFleet } from '../../helpers/fleet.ts';

const region = exampleFleet().regions[0];
const services = [{ name: 'hello', image: 'app:1' }];

it('takes a fleet with services in one region', () => {
  expect(() => checkRehearsable({ ...exampleFleet(), services })).not.toThrow();
});

it('names everything that stands in the way at once', () => {
  const regions = region === undefined ? [] : [region, { ...region, name: 'us-east-1' }];
  expect(() => checkRehearsable({ ...exampleFleet(), services: [], regions })).toThrow(
    expect.objectContaining({
      code: 'rehearsal.fleet',
      problems: [
        expect.objectContaining({ where: 'services' }),
        expect.objectContaining({ where: 'regions', value: ['eu-west-1', 'us-east-1'] }),
      ],
    }),
  );
});
