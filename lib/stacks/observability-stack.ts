import type { Construct } from 'constructs';
import type { Colour } from '../fleet/colour.ts';
import type { Fleet, Region } from '../fleet/fleet.ts';
import { acceleratorRegion } from '../fleet/locator-ssm.ts';
import { FleetDashboard } from './fleet-dashboard.ts';
import { FleetStack } from './fleet-stack.ts';
import { entranceName, stackNames } from './names.ts';

export interface ObservabilityStackProps {
  readonly fleet: Fleet;
  readonly account: string;
}

/** The dashboard of a fleet. Alarms are where what they watch is: of entrances in the colours, of cutovers in operations. */
export class ObservabilityStack extends FleetStack {
  constructor(scope: Construct, { fleet, account }: ObservabilityStackProps) {
    const name = stackNames.observability(fleet);
    super(scope, name, {
      stackName: name,
      description: `zeroshift: the dashboard of fleet ${fleet.name}`,
      env: { account, region: acceleratorRegion },
      tags: { 'zeroshift:fleet': fleet.name },
    });
    const nameOf = (region: Region, colour: Colour): string =>
      fleet.colours[colour].existing[region.name]?.entranceArn?.split('/')[2] ?? entranceName(fleet, colour);
    new FleetDashboard(this, 'Dashboard', {
      dashboardName: `zeroshift-${fleet.name}`,
      fleet: fleet.name,
      regions: fleet.regions.map((region) => ({
        name: region.name,
        entrances: { blue: nameOf(region, 'blue'), green: nameOf(region, 'green') },
      })),
    });
  }
}
