import { describe, expect, it } from 'vitest';
import { exampleFleet } from '../../helpers/fleet.ts';
import { resourcesOf, synthesize, templateOf } from './synthesis.ts';

const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'];
const networkOf = (cidr: string) =>
  templateOf(
    synthesize(
      exampleFleet({
        regions: [
          { name: 'eu-west-1', account: '111122223333', availabilityZones: zones, network: { cidr } },
        ],
      }),
    ).stacks,
    'shop-eu-west-1-network',
  );

/** Addresses that EC2 leaves of a subnet: all but five. */
const free = (cidr: unknown): number => 2 ** (32 - Number(String(cidr).split('/')[1])) - 5;

describe('a VPC', () => {
  it.each([
    ['10.0.0.0/16', 48_000],
    ['10.0.0.0/20', 3_000],
    ['10.0.0.0/24', 170],
  ])(
    'of %s leaves nodes and pods of two clusters %i addresses, and load balancers enough of their own',
    (cidr, room) => {
      const subnets = resourcesOf(networkOf(cidr), 'AWS::EC2::Subnet').map(({ Properties }) => Properties);
      const sizes = (isPublic: boolean) =>
        subnets
          .filter(({ MapPublicIpOnLaunch }) => MapPublicIpOnLaunch === isPublic)
          .map(({ CidrBlock }) => free(CidrBlock));
      expect(sizes(false).reduce((sum, size) => sum + size, 0)).toBeGreaterThanOrEqual(room);
      // A load balancer wants 8 in each zone, and there are two of them beside a NAT gateway.
      expect(sizes(true)).toHaveLength(zones.length);
      for (const size of sizes(true)) expect(size).toBeGreaterThanOrEqual(11);
    },
  );

  it('keeps the loss of a zone in it: a NAT gateway in each', () => {
    expect(resourcesOf(networkOf('10.0.0.0/16'), 'AWS::EC2::NatGateway')).toHaveLength(zones.length);
  });
});
