import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Fleet, NewNetwork, Region } from '../fleet/fleet.ts';
import { FleetStack } from './fleet-stack.ts';
import { stackNames } from './names.ts';
import { Network } from './network.ts';

export interface NetworkStackProps {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly network: NewNetwork;
}

/** The VPC of one region, for both of its colours. There is none where a team brings its own VPC. */
export class NetworkStack extends FleetStack {
  readonly vpc: IVpc;
  private readonly zones: readonly string[];

  constructor(scope: Construct, { fleet, region, network }: NetworkStackProps) {
    const name = stackNames.network(fleet, region.name);
    super(scope, name, {
      stackName: name,
      description: `zeroshift: the network of fleet ${fleet.name} in ${region.name}`,
      env: { account: region.account, region: region.name },
      tags: { 'zeroshift:fleet': fleet.name },
    });
    this.zones = region.availabilityZones;
    this.vpc = new Network(this, 'Network', {
      network,
      availabilityZones: region.availabilityZones,
      dualStack: fleet.entrance.addresses === 'dual-stack',
    }).vpc;
  }

  /** The fleet's, so that nothing is looked up. */
  override get availabilityZones(): string[] {
    return [...this.zones];
  }
}
