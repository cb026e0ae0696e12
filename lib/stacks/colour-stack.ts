import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { journalTableName } from '../cutover/store/dynamodb-table.ts';
import { type Colour, colours } from '../fleet/colour.ts';
import type { ExistingColour, Fleet, Region } from '../fleet/fleet.ts';
import type { ClusterLocation, EntranceLocation } from '../fleet/locator.ts';
import { acceleratorRegion } from '../fleet/locator-ssm.ts';
import { podPortOf } from '../fleet/plain-ports.ts';
import { Cluster } from './cluster.ts';
import { Entrance, entranceHost } from './entrance.ts';
import { EntranceAlarms, type EntranceAlarmsProps } from './entrance-alarms.ts';
import { FleetStack } from './fleet-stack.ts';
import { addressesAt, LocatorParameter } from './locator-parameters.ts';
import { clusterName, entranceName, operatorGroup, stackNames, targetGroupName } from './names.ts';
import { journalTableArn, operatorRoleArn } from './names-in-account.ts';
import { Network } from './network.ts';
import { type EndpointGroupTarget, EntranceRegistration } from './registration/index.ts';

export interface ColourStackProps {
  readonly fleet: Fleet;
  readonly region: Region;
  readonly colour: Colour;
  /** @default - the region's existing VPC */
  readonly vpc?: IVpc;
  readonly group: EndpointGroupTarget;
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
    const existing = fleet.colours[colour].existing[region.name] ?? {};
    const { location: cluster, construct } = this.cluster(existing);
    const entrance = this.entrance(existing.entranceArn, cluster.name, construct);
    LocatorParameter.colour(this, 'Locator', fleet, region.name, colour, { cluster, entrance });
    const others = [...this.node.children];
    const registration = new EntranceRegistration(this, 'Registration', {
      endpointArn: entrance.arn,
      ours: existing.entranceArn === undefined,
      group: props.group,
      first: colour === colours[0],
      clientAddress: fleet.entrance.clientAddress,
      lease: {
        fleet: fleet.name,
        tableName: journalTableName(fleet.name),
        tableArn: journalTableArn(this, fleet),
        region: acceleratorRegion,
      },
    });
    // The last to be made and the first to go: a refusal to go leaves everything else as it is.
    registration.endpoint.node.addDependency(...others);
  }

  private cluster(existing: ExistingColour): { location: ClusterLocation; construct?: Cluster } {
    if (existing.clusterName !== undefined) {
      const { clusterName: name, endpoint, certificateAuthority, context } = existing;
      return {
        location: {
          name,
          ...(context === undefined ? {} : { context }),
          ...(endpoint === undefined ? {} : { endpoint }),
          ...(certificateAuthority === undefined ? {} : { certificateAuthority }),
        },
      };
    }
    const { fleet, colour } = this.props;
    const name = clusterName(fleet, colour);
    const construct = new Cluster(this, 'Cluster', {
      clusterName: name,
      kubernetes: fleet.colours[colour].kubernetes,
      vpc: this.vpc(),
      ...fleet.clusters,
      ...(fleet.operators.principals.length === 0
        ? {}
        : { operator: { roleArn: operatorRoleArn(this, fleet), group: operatorGroup } }),
    });
    const { endpoint, certificateAuthority } = construct;
    return { location: { name, endpoint, certificateAuthority }, construct };
  }

  private entrance(
    existing: string | undefined,
    cluster: string,
    targets: Cluster | undefined,
  ): EntranceLocation {
    const { fleet, colour, region } = this.props;
    const { ports } = fleet.entrance;
    if (existing !== undefined) {
      this.alarms({ entranceName: existing.split(':loadbalancer/')[1] ?? '' });
      return { arn: existing, addresses: addressesAt(entranceHost(existing), ports) };
    }
    const certificateArn = fleet.entrance.tls?.certificates[region.name];
    const entrance = new Entrance(this, 'Entrance', {
      name: entranceName(fleet, colour),
      targetGroupName: (port) => targetGroupName(fleet, colour, port),
      definition: fleet.entrance,
      podPort: (plain) => podPortOf(fleet, plain),
      vpc: this.vpc(),
      clusterName: cluster,
      ...(targets === undefined ? {} : { targets: targets.securityGroup }),
      ...(certificateArn === undefined ? {} : { certificateArn }),
    });
    this.alarms({ entranceName: entrance.fullName, targetGroups: entrance.targetGroups });
    return { arn: entrance.arn, addresses: addressesAt(entrance.host, ports) };
  }

  private alarms(of: Pick<EntranceAlarmsProps, 'entranceName' | 'targetGroups'>): void {
    const { fleet, colour, region } = this.props;
    const topicArn = fleet.alarms?.topics[region.name];
    new EntranceAlarms(this, 'Alarms', {
      name: `zeroshift-${fleet.name}-${colour}`,
      ...of,
      ...(topicArn === undefined ? {} : { topicArn }),
    });
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
