import { type CutoverPlan, type Step, sealPlan } from '../../../lib/cutover/plan.ts';
import type { Locator } from '../../../lib/fleet/locator.ts';

export const arn = {
  accelerator: 'arn:aws:globalaccelerator::111122223333:accelerator/abcd',
  listener: 'arn:aws:globalaccelerator::111122223333:accelerator/abcd/listener/1234',
  group: (region: string) =>
    `arn:aws:globalaccelerator::111122223333:accelerator/abcd/listener/1234/endpoint-group/${region}`,
  entrance: (region: string, colour: string) =>
    `arn:aws:elasticloadbalancing:${region}:111122223333:loadbalancer/net/shop-${colour}/0123456789abcdef`,
  foreign: 'arn:aws:ec2:us-east-1:999988887777:eip-allocation/eipalloc-0a1b',
};

export const regions = ['eu-west-1', 'us-east-1'];

/** Blue is live in two regions; the second group also holds another team's endpoint. */
export function samplePlan(overrides: Partial<CutoverPlan> = {}): CutoverPlan {
  const steps = regions.flatMap((region): Step[] => [
    ...(['preflight', 'migrate', 'verify', 'floors'] as const).map((kind) => ({
      id: `${region}/${kind}`,
      kind,
      region,
    })),
    ...[0.5, 25, 100].map((share) => ({
      id: `${region}/shift-${share}`,
      kind: 'shift' as const,
      region,
      share,
      weights: {
        [arn.entrance(region, 'blue')]: share === 0.5 ? 199 : 100 - share,
        [arn.entrance(region, 'green')]: share === 0.5 ? 1 : share,
      },
    })),
    ...(['drain', 'hand-over', 'hold'] as const).map((kind) => ({ id: `${region}/${kind}`, kind, region })),
  ]);
  return sealPlan({
    apiVersion: 'zeroshift/v1',
    kind: 'CutoverPlan',
    id: 'shop-blue-green-20261124T061203Z',
    fleet: 'shop',
    createdAt: '2026-11-24T06:12:03.000Z',
    from: 'blue',
    to: 'green',
    acceleratorArn: arn.accelerator,
    regions: regions.map((region) => ({
      region,
      endpointGroupArn: arn.group(region),
      entrances: { blue: arn.entrance(region, 'blue'), green: arn.entrance(region, 'green') },
      endpoints: [
        { id: arn.entrance(region, 'blue'), weight: 255, clientIpPreservation: true, health: 'HEALTHY' },
        { id: arn.entrance(region, 'green'), weight: 0, clientIpPreservation: false, health: 'HEALTHY' },
        ...(region === 'us-east-1'
          ? [
              {
                id: arn.foreign,
                weight: 7,
                clientIpPreservation: true,
                attachmentArn: 'arn:aws:globalaccelerator::999988887777:attachment/77',
              },
            ]
          : []),
      ],
      services: [
        { namespace: 'shop', name: 'front', hosts: ['front.shop.example.com', 'www.example.com'] },
        { namespace: 'shop', name: 'cart', hosts: ['cart.shop.example.com'] },
      ],
      singletons: [
        { apiVersion: 'batch/v1', kind: 'CronJob', namespace: 'shop', name: 'report' },
        { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'worker' },
      ],
    })),
    policy: {
      bake: '5m',
      patience: '15m',
      hold: '1h',
      deployTimeout: '15m',
      readyTimeout: '10m',
      drainQuiet: '60s',
      drainTimeout: '10m',
      gates: {
        minSuccessRate: 0.9995,
        maxLatencyRatio: 1.5,
        latencyFloor: '50ms',
        shareTolerance: 10,
        minSamples: 100,
      },
    },
    steps,
    ...overrides,
  });
}

/** Where the sample plan's parts are: in the first region by kubeconfig, in the second by the cluster's name alone. */
export function sampleLocator(): Locator {
  const addresses = (port: string) => ({ [port]: `10.0.0.1:${port}` });
  return {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: 'shop',
    accelerator: { arn: arn.accelerator, listenerArn: arn.listener, addresses: addresses('80') },
    regions: regions.map((region) => {
      const colour = (name: string) => ({
        cluster: {
          name: `shop-${name}`,
          ...(region === 'eu-west-1' ? { kubeconfig: `${name}.kubeconfig`, context: `shop-${name}` } : {}),
        },
        entrance: {
          arn: arn.entrance(region, name),
          addresses: addresses(region === 'eu-west-1' ? '80' : '443'),
        },
      });
      return {
        region,
        endpointGroupArn: arn.group(region),
        colours: { blue: colour('blue'), green: colour('green') },
      };
    }),
  };
}
