import { defineFleet } from '../../lib/fleet/define-fleet.ts';
import type { Fleet } from '../../lib/fleet/fleet.ts';
import type { FleetInput } from '../../lib/fleet/fleet-input.ts';

/** A small valid fleet; `overrides` replaces whole fields of it. */
export const exampleFleet = (overrides: Partial<FleetInput> = {}): Fleet =>
  defineFleet({
    name: 'shop',
    domain: 'shop.example.com',
    regions: [
      { name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] },
    ],
    colours: {
      blue: { kubernetes: '1.34', knative: '1.22.0' },
      green: { kubernetes: '1.35', knative: '1.23.0' },
    },
    ...overrides,
  });
