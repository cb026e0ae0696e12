import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { journalTable } from '../../cutover/store/dynamodb-table.ts';

/** A lease that nobody has given back: its holder is at work, or died. */
export interface HeldLease {
  /** Of this taking. */
  readonly id: string;
  /** Another number with each beat of the holder's heart. */
  readonly beat: number;
  readonly user: string;
  readonly host: string;
}

/** The lease of a fleet, or undefined where nobody holds it; a table that is not there holds none. Throws the SDK's errors. */
export async function readLease(
  client: DynamoDBClient,
  tableName: string,
  fleet: string,
): Promise<HeldLease | undefined> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: { [journalTable.partitionKey]: { S: `${fleet}/lease` }, [journalTable.sortKey]: { S: 'lease' } },
    ConsistentRead: true,
  });
  try {
    const { Item: item } = await client.send(command);
    if (item === undefined || item.released?.BOOL === true) return undefined;
    return {
      id: item.id?.S ?? '',
      beat: Number(item.beat?.N ?? 0),
      user: item.user?.S ?? 'somebody',
      host: item.host?.S ?? 'an unknown machine',
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
