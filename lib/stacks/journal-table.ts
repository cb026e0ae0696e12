import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { RemovalPolicy } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { journalTable } from '../cutover/store/dynamodb-table.ts';

export interface JournalTableProps {
  readonly tableName: string;
}

/**
 * Journal, lease and mailbox of a fleet's cutovers. It outlives its stack: what happened at night is asked for when the
 * fleet has long gone.
 */
export class JournalTable extends Construct {
  readonly tableArn: string;
  readonly tableName: string;

  constructor(scope: Construct, id: string, props: JournalTableProps) {
    super(scope, id);
    const key = (name: string) => ({ name, type: AttributeType.STRING });
    const table = new Table(this, 'Table', {
      tableName: props.tableName,
      partitionKey: key(journalTable.partitionKey),
      sortKey: key(journalTable.sortKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.tableArn = table.tableArn;
    this.tableName = props.tableName;
  }
}
