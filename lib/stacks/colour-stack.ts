import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { type Colour, colours } from '../fleet/colour.ts';
import type { Fleet, Region } from '../fleet/fleet.ts';
import type { ClusterLocation, EntranceLocation } from '../fleet/locator.ts';
import { podPortOf } from '../fleet/plain-ports.ts';
import { Cluster } from './cluster.ts';
import { Entrance, entranceHost } from './entrance.ts';
import { FleetStack } from './fleet-stack.ts';
import { addressesAt, LocatorParameter } from './locator-parameters.ts';
import { clusterName, entranceName, stackNames, targetGroupName } from './names.ts';
import { Network } from './network.ts';
import { type EndpointGroupTarget, EntranceRegistration } from './registration/index.ts';

export interface ColourStackProps {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly colour: Colour;
  /** @default - the region's existing VPC */
  readonly vpc?: IVpc;
  readonly group: EndpointGroupTarget;
  /** ARNs of IAM roles or users that administer the cluster. @default - the deploying role alone */
  readonly admins?: readonly string[];
}

/** One colour in one region: its cluster, its entrance, and the entrance's registration with the accelerator. */
export class ColourStack extends FleetStack {
  private readonly props: ColourStackProps;
  private network: IVpc | undefined;

  constructor(scope: Construct, props: ColourStackProps) {
    const { fleet, region, colour } = props;
    const name = stackNames.colour(fleet, region.name, colour);
    super(scope, name, {
      stackName: name,
      description: `zeroshift: ${colour} of fleet ${fleet.name} in ${region.name}`,
      env: { account: region.account, region: region.name },
      tags: { 'zeroshift:fleet': fleet.name, 'zeroshift:colour': colour },
      terminationProtection: true,
    });
    this.props = props;
    this.network = props.vpc;
    const existing = fleet.colours[colour].existing[region.name];
    const { location: cluster, construct } = this.cluster(existing?.clusterName);
    const entrance = this.entrance(existing?.entranceArn, cluster.name, construct);
    LocatorParameter.colour(this, 'Locator', fleet, region.name, colour, { cluster, entrance });
    const others = [...this.node.children];
    const registration = new EntranceRegistration(this, 'Registration', {
      endpointArn: entrance.arn,
      ours: existing?.entranceArn === undefined,
      group: props.group,
      first: colour === colours[0],
    });
    // The last to be made and the first to go: a refusal to go leaves everything else as it is.
    registration.endpoint.node.addDependency(...others);
  }

  private cluster(existing: string | undefined): { location: ClusterLocation; construct?: Cluster } {
    if (existing !== undefined) return { location: { name: existing } };
    const { fleet, colour, admins } = this.props;
    const name = clusterName(fleet, colour);
    const construct = new Cluster(this, 'Cluster', {
      clusterName: name,
      kubernetes: fleet.colours[colour].kubernetes,
      vpc: this.vpc(),
      ...(admins === undefined ? {} : { admins }),
    });
    const { endpoint, certificateAuthority } = construct;
    return { location: { name, endpoint, certificateAuthority }, construct };
  }

  private entrance(
    existing: string | undefined,
    cluster: string,
    targets: Cluster | undefined,
  ): EntranceLocation {
    const { fleet, colour } = this.props;
    const { ports } = fleet.entrance;
    if (existing !== undefined)
      return { arn: existing, addresses: addressesAt(entranceHost(existing), ports) };
    const entrance = new Entrance(this, 'Entrance', {
      name: entranceName(fleet, colour),
      targetGroupName: (port) => targetGroupName(fleet, colour, port),
      definition: fleet.entrance,
      podPort: (plain) => podPortOf(fleet, plain),
      vpc: this.vpc(),
      clusterName: cluster,
      ...(targets === undefined ? {} : { targets: targets.securityGroup }),
    });
    return { arn: entrance.arn, addresses: addressesAt(entrance.host, ports) };
  }

  /** Only where something of ours goes into it. */
  private vpc(): IVpc {
    const { region } = this.props;
    if (this.network === undefined && 'existing' in region.network)
      this.network = Network.existing(this, 'Vpc', region, region.network);
    if (this.network === undefined) throw new Error(`${this.stackName} needs the VPC of its network stack`);
    return this.network;
  }
}
