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
    { createBalancerMetrics, createGatewayMetrics, createOwnGates, createProber, createPrometheusGateways },
    { createGlobalAcceleratorTraffic },
    { createFollower },
    { createHookCaller },
    { createDoctor },
  ] = await Promise.all([
    import('../clusters/index.ts'),
    import('../metrics/index.ts'),
    import('../traffic/index.ts'),
    import('../cutover/perform/follower.ts'),
    import('../cutover/perform/hook-caller.ts'),
    import('./cutover-doctor.ts'),
  ]);
  const { controlPlane } = locator.accelerator;
  const { prometheus, balancers, own } = fleet.cutover.gates;
  // A rehearsal has no load balancers, and its gateways are no server's business.
  const rehearsed = controlPlane !== undefined;
  return {
    traffic: createGlobalAcceleratorTraffic(controlPlane === undefined ? {} : { controlPlane }),
    prober: createProber(),
    clock: systemClock,
    rules: () => rulesOf(fleet),
    follow: createFollower(),
    hooks: createHookCaller(fleet.cutover.hooks),
    ownGates: createOwnGates(own),
    doctor: createDoctor(fleet, locator),
    regions: Object.fromEntries(
      locator.regions.map(({ region, colours: locations }) => {
        const ports = colours.map((colour): [Colour, ColourPorts] => {
          const { cluster: location, entrance } = locations[colour];
          const cluster = createKubernetesCluster(location);
          const metrics =
            prometheus === undefined || rehearsed
              ? createGatewayMetrics(cluster)
              : createPrometheusGateways({
                  ...prometheus,
                  selector: prometheus.selector.replaceAll('{region}', region).replaceAll('{colour}', colour),
                });
          const measured = !rehearsed && balancers === 'cloudwatch';
          return [
            colour,
            {
              cluster,
              metrics,
              entrance,
              ...(measured ? { balancer: createBalancerMetrics({ arn: entrance.arn, region }) } : {}),
            },
          ];
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
