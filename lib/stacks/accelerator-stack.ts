import { Accelerator, ClientAffinity, ConnectionProtocol } from 'aws-cdk-lib/aws-globalaccelerator';
import { Construct } from 'constructs';
import type { Fleet } from '../fleet/fleet.ts';
import { acceleratorRegion } from '../fleet/locator-ssm.ts';
import { FleetStack } from './fleet-stack.ts';
import { addressesAt, LocatorParameter } from './locator-parameters.ts';
import { stackNames } from './names.ts';
import type { EndpointGroupTarget } from './registration/index.ts';

export interface FleetAcceleratorProps {
  readonly name: string;
  /** One listener for all, so that they move together. */
  readonly ports: readonly number[];
  readonly clientAffinity: 'none' | 'source-ip';
  /** One endpoint group each. */
  readonly regions: readonly string[];
}

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
    const { existing, clientAffinity } = fleet.accelerator;
    if (existing !== undefined) {
      const { acceleratorArn, listenerArn } = existing;
      LocatorParameter.accelerator(this, 'Locator', fleet, { arn: acceleratorArn, listenerArn });
      this.target = () => ({ acceleratorArn, listenerArn });
      return;
    }
    const accelerator = new FleetAccelerator(this, 'Accelerator', {
      name: fleet.name,
      ports: fleet.entrance.ports,
      clientAffinity,
      regions: fleet.regions.map((region) => region.name),
    });
    LocatorParameter.accelerator(this, 'Locator', fleet, {
      arn: accelerator.acceleratorArn,
      listenerArn: accelerator.listenerArn,
      addresses: addressesAt(accelerator.host, fleet.entrance.ports),
      endpointGroups: accelerator.endpointGroups,
    });
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
