import { IpAddresses, IpProtocol, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Annotations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ExistingNetwork, NewNetwork, Region } from '../fleet/fleet.ts';
import { ZeroshiftError } from '../messages/error.ts';
import { acknowledge } from './acknowledge.ts';

export interface NetworkProps {
  readonly network: NewNetwork;
  /**
   * Named, never looked up: synthesis needs no account. In a stack of your own with a fixed account and region,
   * override its `availabilityZones` with the same, as `NetworkStack` does, or CDK looks them up.
   */
  readonly availabilityZones: readonly string[];
  /** With IPv6 beside IPv4, for load balancers with both. @default false */
  readonly dualStack?: boolean;
}

/**
 * A VPC with room for two clusters at once: small public subnets for NLBs and NAT gateways, and all the rest for
 * nodes and pods. One NAT gateway in each zone, so that the loss of a zone stays in it.
 */
export class Network extends Construct {
  readonly vpc: IVpc;

  constructor(scope: Construct, id: string, props: NetworkProps) {
    super(scope, id);
    const prefix = Number(props.network.cidr.split('/')[1]);
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr(props.network.cidr),
      ...(props.dualStack ? { ipProtocol: IpProtocol.DUAL_STACK } : {}),
      availabilityZones: [...props.availabilityZones],
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: publicPrefix(prefix) },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      ],
    });
    acknowledge(vpc, {
      'CloudFormation-Validate::W3010': "the zones are the fleet's, so that synthesis needs no account",
      'AwsSolutions-VPC7':
        'who comes in is in the flow logs of the accelerator; those of a VPC are priced by the gigabyte, for every pod: add them where you need them',
    });
    // CDK's own types do not agree with each other under `exactOptionalPropertyTypes`.
    this.vpc = vpc as unknown as IVpc;
  }

  /**
   * A VPC that a team already has, by its attributes.
   * @throws ZeroshiftError `stacks.subnets` unless each zone has the same number of subnets
   */
  static existing(scope: Construct, id: string, region: Region, network: ExistingNetwork): IVpc {
    const zones = [...region.availabilityZones];
    const { vpcId, publicSubnetIds, privateSubnetIds } = network.existing;
    const problems = Object.entries({ publicSubnetIds, privateSubnetIds })
      .filter(([, ids]) => ids.length % zones.length !== 0)
      .map(([field, ids]) => ({
        where: `regions.${region.name}.network.existing.${field}`,
        value: ids,
        allowed: `${zones.length} subnets or a multiple of it, in the order of ${zones.join(', ')}`,
      }));
    if (problems.length > 0)
      throw new ZeroshiftError('the existing subnets do not match the availability zones', {
        code: 'stacks.subnets',
        source: 'user',
        problems,
        action: 'list one subnet for each availability zone, or name fewer zones',
      });
    const vpc = Vpc.fromVpcAttributes(scope, id, {
      vpcId,
      availabilityZones: zones,
      publicSubnetIds: [...publicSubnetIds],
      privateSubnetIds: [...privateSubnetIds],
    });
    Annotations.of(vpc).acknowledgeWarning(
      '@aws-cdk/aws-ec2:noSubnetRouteTableId',
      'the stacks make no routes in a VPC of yours',
    );
    return vpc;
  }
}

/** 1/256 of the range for each public subnet, and never less than an NLB needs. */
const publicPrefix = (prefix: number): number => Math.min(28, prefix + 8);
