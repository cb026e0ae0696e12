import { IpAddresses, type IVpc, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Validations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { ExistingNetwork, NewNetwork, Region } from '../fleet/fleet.ts';
import { ZeroshiftError } from '../messages/error.ts';

export interface NetworkProps {
  readonly network: NewNetwork;
  /**
   * Named, never looked up: synthesis needs no account. In a stack of your own with a fixed account and region,
   * override its `availabilityZones` with the same, as `NetworkStack` does, or CDK looks them up.
   */
  readonly availabilityZones: readonly string[];
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
      availabilityZones: [...props.availabilityZones],
      subnetConfiguration: [
        { name: 'public', subnetType: SubnetType.PUBLIC, cidrMask: publicPrefix(prefix) },
        { name: 'private', subnetType: SubnetType.PRIVATE_WITH_EGRESS },
      ],
    });
    Validations.of(vpc).acknowledge({
      id: 'CloudFormation-Validate::W3010',
      reason: "the zones are the fleet's, so that synthesis needs no account",
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
    return Vpc.fromVpcAttributes(scope, id, {
      vpcId,
      availabilityZones: zones,
      publicSubnetIds: [...publicSubnetIds],
      privateSubnetIds: [...privateSubnetIds],
    });
  }
}

/** 1/256 of the range for each public subnet, and never less than an NLB needs. */
const publicPrefix = (prefix: number): number => Math.min(28, prefix + 8);
