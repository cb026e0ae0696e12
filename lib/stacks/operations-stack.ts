import type { Construct } from 'constructs';
import { journalTableName } from '../cutover/store/dynamodb-table.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { acceleratorRegion, locatorRoot } from '../fleet/locator-ssm.ts';
import { FleetStack } from './fleet-stack.ts';
import { JournalTable } from './journal-table.ts';
import { LeaseWatch } from './lease-watch/index.ts';
import { LocatorParameter } from './locator-parameters.ts';
import { operatorRoleName, stackNames } from './names.ts';
import { OperatorRole } from './operator-role.ts';

export interface OperationsStackProps {
  readonly fleet: Fleet;
  readonly account: string;
  readonly accelerator: {
    readonly acceleratorArn: string;
    readonly listenerArn: string;
    /** ARNs, or a pattern of them. */
    readonly endpointGroupArns: readonly string[];
  };
}

/**
 * What operators of a fleet need, in us-west-2, where the accelerator's control plane is: a cutover can do nothing
 * without that region, and needs no other one besides. The table of journal and lease, the operator's role, and the
 * watch over a cutover whose heart stops.
 */
export class OperationsStack extends FleetStack {
  constructor(scope: Construct, { fleet, account, accelerator }: OperationsStackProps) {
    const name = stackNames.operations(fleet);
    super(scope, name, {
      stackName: name,
      description: `zeroshift: operations of fleet ${fleet.name}`,
      env: { account, region: acceleratorRegion },
      tags: { 'zeroshift:fleet': fleet.name },
      terminationProtection: true,
    });
    const journal = new JournalTable(this, 'Journal', { tableName: journalTableName(fleet.name) });
    LocatorParameter.operations(this, 'Locator', fleet, {
      journal: { table: journal.tableName, region: acceleratorRegion },
    });
    const topicArn = fleet.alarms?.topics[acceleratorRegion];
    new LeaseWatch(this, 'LeaseWatch', {
      fleet: fleet.name,
      tableName: journal.tableName,
      tableArn: journal.tableArn,
      ...(topicArn === undefined ? {} : { topicArn }),
    });
    const { principals } = fleet.operators;
    if (principals.length > 0)
      new OperatorRole(this, 'Operator', {
        roleName: operatorRoleName(fleet),
        principals,
        ...accelerator,
        journalTableArn: journal.tableArn,
        locatorPath: locatorRoot(fleet),
        locatorRegions: [...new Set([acceleratorRegion, ...fleet.regions.map((region) => region.name)])],
      });
  }
}
