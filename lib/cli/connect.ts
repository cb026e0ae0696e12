import type { ColourPorts, CutoverPorts, MigrationRules } from '../cutover/ports.ts';
import { systemClock } from '../cutover/ports.ts';
import { type Colour, colours } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Locator } from '../fleet/locator.ts';
import type { TargetRelease } from '../migration/plan/index.ts';

/** The real adapters, to where the locator leads. Nothing is contacted before it is used. */
export async function connect(locator: Locator, fleet: Fleet): Promise<CutoverPorts> {
  const [
    { createKubernetesCluster },
    { createGatewayMetrics, createProber },
    { createGlobalAcceleratorTraffic },
  ] = await Promise.all([
    import('../clusters/index.ts'),
    import('../metrics/index.ts'),
    import('../traffic/index.ts'),
  ]);
  const { controlPlane } = locator.accelerator;
  return {
    traffic: createGlobalAcceleratorTraffic(controlPlane === undefined ? {} : { controlPlane }),
    prober: createProber(),
    clock: systemClock,
    rules: () => rulesOf(fleet),
    regions: Object.fromEntries(
      locator.regions.map(({ region, colours: locations }) => {
        const ports = colours.map((colour): [Colour, ColourPorts] => {
          const { cluster: location, entrance } = locations[colour];
          const cluster = createKubernetesCluster(location);
          return [colour, { cluster, metrics: createGatewayMetrics(cluster), entrance }];
        });
        return [region, Object.fromEntries(ports) as Record<Colour, ColourPorts>];
      }),
    ),
  };
}

/** The releases' data is read only where it is needed. */
async function rulesOf({ colours: defined, migration }: Fleet): Promise<MigrationRules> {
  const { release } = await import('../../constructs/knative/index.ts');
  const of = (colour: Colour): TargetRelease => {
    const { knative } = defined[colour];
    return { knative, features: release(knative, `colours.${colour}.knative`).features };
  };
  return {
    ...(migration === undefined ? {} : { migration }),
    releases: { blue: of('blue'), green: of('green') },
  };
}
