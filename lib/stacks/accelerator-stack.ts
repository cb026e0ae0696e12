import {
  Accelerator,
  type CfnAccelerator,
  ClientAffinity,
  ConnectionProtocol,
} from 'aws-cdk-lib/aws-globalaccelerator';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Annotations } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { FlowLogs, HostAlias } from '../fleet/aws-definition.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { acceleratorRegion } from '../fleet/locator-ssm.ts';
import { FleetStack } from './fleet-stack.ts';
import { addressesAt, LocatorParameter } from './locator-parameters.ts';
import { stackNames } from './names.ts';
import type { EndpointGroupTarget } from './registration/index.ts';
import { colourWithoutTls } from './without-tls.ts';

export interface FleetAcceleratorProps {
  readonly name: string;
  /** One listener for all, so that they move together. */
  readonly ports: readonly number[];
  readonly clientAffinity: 'none' | 'source-ip';
  /** One endpoint group each. */
  readonly regions: readonly string[];
  /** @default - none */
  readonly flowLogs?: FlowLogs;
  /** Host names in Route 53. @default - none */
  readonly alias?: HostAlias;
}

/** The zone of every accelerator's own name, the same everywhere and for ever. */
const acceleratorZone = 'Z2BJ6XQ5FK7U4H';

/**
 * Accelerator, listener and endpoint groups. The groups name no endpoints: CloudFormation would send its own set
 * whenever anything about a group changes, and so undo a cutover.
 */
export class FleetAccelerator extends Construct {
  readonly acceleratorArn: string;
  readonly listenerArn: string;
  readonly host: string;
  /** By region. */
  readonly endpointGroups: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, props: FleetAcceleratorProps) {
    super(scope, id);
    const accelerator = new Accelerator(this, 'Accelerator', { acceleratorName: props.name });
    const listener = accelerator.addListener('Listener', {
      protocol: ConnectionProtocol.TCP,
      portRanges: props.ports.map((port) => ({ fromPort: port, toPort: port })),
      clientAffinity: props.clientAffinity === 'none' ? ClientAffinity.NONE : ClientAffinity.SOURCE_IP,
    });
    if (props.flowLogs !== undefined) writeFlowLogs(accelerator, props.flowLogs);
    for (const host of props.alias?.hosts ?? [])
      new CfnRecordSet(this, `Alias-${host}`, {
        hostedZoneId: props.alias?.hostedZoneId ?? '',
        name: host,
        type: 'A',
        aliasTarget: {
          dnsName: accelerator.dnsName,
          hostedZoneId: acceleratorZone,
          evaluateTargetHealth: false,
        },
      });
    this.acceleratorArn = accelerator.acceleratorArn;
    this.listenerArn = listener.listenerArn;
    this.host = accelerator.dnsName;
    this.endpointGroups = Object.fromEntries(
      props.regions.map((region) => [
        region,
        listener.addEndpointGroup(`Group-${region}`, { region }).endpointGroupArn,
      ]),
    );
  }
}

/** The construct that is behind has the properties, and the one in front does not pass them on. */
function writeFlowLogs(accelerator: Accelerator, { bucket, prefix }: FlowLogs): void {
  const resource = accelerator.node.defaultChild as CfnAccelerator;
  resource.flowLogsEnabled = true;
  resource.flowLogsS3Bucket = bucket;
  resource.flowLogsS3Prefix = prefix;
}

export interface AcceleratorStackProps {
  readonly fleet: Fleet;
  readonly account: string;
}

/**
 * The accelerator of a fleet, in us-west-2: its control plane and its metrics are there and nowhere else, and a stack
 * that followed the fleet's regions would be made anew, with other addresses, when the first of them changes. Of an
 * existing accelerator it says only where it is.
 */
export class AcceleratorStack extends FleetStack {
  /** What an operator's rights are about. */
  readonly parts: {
    readonly acceleratorArn: string;
    readonly listenerArn: string;
    readonly endpointGroupArns: readonly string[];
  };
  private readonly target: (region: string) => EndpointGroupTarget;

  constructor(scope: Construct, { fleet, account }: AcceleratorStackProps) {
    const name = stackNames.accelerator(fleet);
    super(scope, name, {
      stackName: name,
      description: `zeroshift: the accelerator of fleet ${fleet.name}`,
      env: { account, region: acceleratorRegion },
      tags: { 'zeroshift:fleet': fleet.name },
      terminationProtection: true,
    });
    const silent = colourWithoutTls(fleet);
    if (silent !== undefined)
      Annotations.of(this).addWarningV2(
        'zeroshift:nothing-answers-at-443',
        `port 443 is open and nobody ends TLS there in ${silent}: say entrance.tls, or give the gateway a certificate (docs/manifests.md), or leave 443 out of entrance.ports`,
      );
    const { existing, clientAffinity, flowLogs, alias } = fleet.accelerator;
    if (existing !== undefined) {
      const { acceleratorArn, listenerArn } = existing;
      LocatorParameter.accelerator(this, 'Locator', fleet, { arn: acceleratorArn, listenerArn });
      this.target = () => ({ acceleratorArn, listenerArn });
      this.parts = { ...existing, endpointGroupArns: [`${listenerArn}/endpoint-group/*`] };
      return;
    }
    const accelerator = new FleetAccelerator(this, 'Accelerator', {
      name: fleet.name,
      ports: fleet.entrance.ports,
      clientAffinity,
      regions: fleet.regions.map((region) => region.name),
      ...(flowLogs === undefined ? {} : { flowLogs }),
      ...(alias === undefined ? {} : { alias }),
    });
    LocatorParameter.accelerator(this, 'Locator', fleet, {
      arn: accelerator.acceleratorArn,
      listenerArn: accelerator.listenerArn,
      addresses: addressesAt(accelerator.host, fleet.entrance.ports),
      endpointGroups: accelerator.endpointGroups,
    });
    const { acceleratorArn, listenerArn, endpointGroups } = accelerator;
    this.parts = { acceleratorArn, listenerArn, endpointGroupArns: Object.values(endpointGroups) };
    this.target = (region) => ({
      acceleratorArn: accelerator.acceleratorArn,
      endpointGroupArn: accelerator.endpointGroups[region] ?? '',
    });
  }

  /** Where the entrances of a region are registered. */
  group(region: string): EndpointGroupTarget {
    return this.target(region);
  }
}
