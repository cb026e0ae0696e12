import { type Colour, colours, defineFleet, type Fleet, type FleetInput } from '../../../lib/fleet/index.ts';
import type { KnativeRelease } from '../programs/index.ts';

/** Which colour's manifests a cluster gets. */
export const colourOf = (cluster: string): Colour => colours.find((colour) => colour === cluster) ?? 'green';

/** A service may start with no pod at all, which is the quickest way to have one at zero. */
const serving = { autoscaler: { 'allow-zero-initial-scale': true } } as const;

/** The gateways close an idle connection after so long; a rolling update of them waits for that. */
const ingress = { gatewayIdle: '5s' } as const;

/**
 * The fleet of the lane.
 * @param overrides replace whole fields of it
 */
export const laneFleet = (
  knative: Readonly<Record<Colour, KnativeRelease>>,
  overrides: Partial<FleetInput> = {},
): Fleet =>
  defineFleet({
    name: 'lane',
    domain: 'lane.example.com',
    regions: [
      { name: 'eu-west-1', account: '111122223333', availabilityZones: ['eu-west-1a', 'eu-west-1b'] },
    ],
    colours: {
      blue: { kubernetes: '1.35', knative: knative.blue, serving, ingress },
      green: { kubernetes: '1.35', knative: knative.green, serving, ingress },
    },
    ...overrides,
  });
