import type { ColourPorts, CutoverPorts } from '../cutover/ports.ts';
import { systemClock } from '../cutover/ports.ts';
import { type Colour, colours } from '../fleet/colour.ts';
import type { Locator } from '../fleet/locator.ts';

/** The real adapters, to where the locator leads. Nothing is contacted before it is used. */
export async function connect(locator: Locator): Promise<CutoverPorts> {
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
